//! Trees of XML, hostile and not, and the records cut out of them.

use super::*;

/// A tree written out: names with their vocabularies, attributes, texts.
fn outline(element: &Element<'_>) -> String {
    let mut text = format!("{:?}.{}", element.vocabulary, element.name);
    for attribute in &element.attributes {
        text.extend([" ", attribute.written, "=", &attribute.value]);
    }
    text.push('(');
    for node in &element.nodes {
        match node {
            Node::Element(child) => text.push_str(&outline(child)),
            Node::Text(own) => text.push_str(own),
        }
    }
    text.push(')');
    text
}

fn read(document: &str) -> String {
    match parse(document) {
        Ok(document) => {
            let codes: Vec<&str> = document.problems.iter().map(|problem| problem.code.as_str()).collect();
            format!("{} {}", outline(&document.root), codes.join(" ")).trim_end().to_owned()
        }
        Err(problem) => format!("{} at {}", problem.code, problem.position.byte.unwrap_or(u64::MAX)),
    }
}

#[test]
fn names_are_resolved_by_namespace_and_not_by_prefix() {
    let document =
        "<x:a xmlns:x='http://www.isotc211.org/2005/gmd' xmlns='http://www.opengis.net/gml'><b/><c xmlns=''/></x:a>";
    assert_eq!(
        read(document),
        "Iso.a xmlns:x=http://www.isotc211.org/2005/gmd xmlns=http://www.opengis.net/gml(Gml.b()None.c xmlns=())"
    );
}

#[test]
fn the_five_entities_and_characters_are_replaced_and_nothing_else() {
    assert_eq!(read("<a b='1 &amp; 2'>p &lt; &#x71;<![CDATA[&r;]]></a>"), "None.a b=1 & 2(p < q&r;)");
    assert_eq!(read("<a>1&nbsp;2 &#0; AT&T</a>"), "None.a(1&nbsp;2 &#0; AT&T) unknown-entity bare-ampersand");
}

#[test]
fn what_a_document_type_defines_is_never_used() {
    let bomb = "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'><!ENTITY d SYSTEM 'file:///x'>]><a>&c;&d;</a>";
    assert_eq!(read(bomb), "None.a(&c;&d;) doctype-ignored unknown-entity");
}

#[test]
fn a_type_of_a_profile_counts_as_the_type_that_it_specialises() {
    let document =
        "<p:P_Metadata xmlns:p='urn:p' xmlns:gco='http://www.isotc211.org/2005/gco' gco:isoType='gmd:MD_Metadata'/>";
    assert!(read(document).starts_with("Iso.MD_Metadata"));
}

#[test]
fn what_is_no_whole_document_is_an_error_with_a_byte() {
    assert_eq!(read("<a><b></a>"), "broken-xml at 6");
    assert_eq!(read("<a><b>"), "broken-xml at 6");
    assert_eq!(read("<a/><c/>"), "broken-xml at 4");
    assert_eq!(read("<a/>more"), "broken-xml at 4");
    assert_eq!(read("broken xml"), "broken-xml at 0");
    assert_eq!(read(""), "broken-xml at 0");
}

#[test]
fn a_prefix_that_nobody_declared_costs_what_has_it_and_nothing_else() {
    assert_eq!(read("<a><p:b q:c='1'/></a>"), "None.a(Other.b q:c=1()) undeclared-prefix");
}

#[test]
fn depth_attributes_and_namespaces_have_limits() {
    assert!(read(&"<a>".repeat(300)).starts_with("xml-too-deep"));
    let attributes: Vec<String> = (0..600).map(|number| format!(" a{number}='1'")).collect();
    let attributes = attributes.concat();
    assert!(read(&format!("<a{attributes}/>")).starts_with("xml-too-many-attributes"));
    let element = format!("<a{}/>", " a='1'".repeat(512));
    let of_elements = |elements: usize| format!("<r>{}</r>", element.repeat(elements));
    assert!(parse(&of_elements(1000)).is_ok());
    assert!(read(&of_elements(4000)).starts_with("xml-too-large"), "the attributes of all elements count");
    let namespaces: Vec<String> = (0..600).map(|number| format!(" xmlns:a{number}='u'")).collect();
    let namespaces = namespaces.concat();
    assert!(read(&format!("<a{namespaces}/>")).starts_with("xml-namespaces"));
}

#[test]
fn paths_lead_through_the_vocabulary_of_their_start() {
    let document = parse("<a xmlns='http://www.isotc211.org/2005/gmd' xmlns:o='urn:o'><b><X><c> 1 </c></X></b><b><Y><c/><c>2</c></Y></b><o:b><X><c>3</c></X></o:b></a>").map(|document| document.root.texts_at(&["b", ANY, "c"]));
    assert_eq!(document, Ok(vec!["1".to_owned(), "2".to_owned()]));
}

/// The first grandchild of the document's element, cut out.
fn cut_grandchild(text: &str) -> String {
    let document = parse(text).unwrap_or_else(|problem| panic!("{problem:?}"));
    let child = document.root.elements().next().unwrap_or(&document.root);
    let grandchild = child.elements().next().unwrap_or(child);
    String::from_utf8_lossy(&cut(text, &[&document.root, child], grandchild)).into_owned()
}

#[test]
fn a_record_is_cut_with_the_namespaces_that_it_needs_in_the_order_of_their_prefixes() {
    let page = "<r xmlns:z='urn:z' xmlns:g='urn:g' xmlns:a='urn:a' xmlns:i='urn:i&amp;2'><s xmlns:g='urn:g2'><g:rec i:type='a:T' x='http://z'><g:t>&amp;</g:t></g:rec></s></r>";
    assert_eq!(
        cut_grandchild(page),
        "<g:rec xmlns:a=\"urn:a\" xmlns:g=\"urn:g2\" xmlns:i=\"urn:i&amp;2\" i:type='a:T' x='http://z'><g:t>&amp;</g:t></g:rec>"
    );
}

#[test]
fn a_default_namespace_is_taken_along_where_names_without_prefix_need_it() {
    assert_eq!(cut_grandchild("<r xmlns='urn:d'><s><rec/></s></r>"), "<rec xmlns=\"urn:d\"/>");
    assert_eq!(cut_grandchild("<r xmlns='urn:d'><s><rec xmlns='urn:e'/></s></r>"), "<rec xmlns='urn:e'/>");
    assert_eq!(cut_grandchild("<r xmlns='urn:d' xmlns:p='urn:p'><s><p:rec/></s></r>"), "<p:rec xmlns:p=\"urn:p\"/>");
}
