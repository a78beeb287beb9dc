//! XML to text: whatever encoding it is in, as its first bytes, its declaration or its letters tell.

use crate::decode::{Decoded, decode_text};

/// Bytes at the beginning in which a declaration is looked for.
const DECLARATION: usize = 512;

/// Decodes a document (XML 1.0 §4.3.3 and appendix F): byte order mark, UTF-16 by its pattern, the declaration if the
/// bytes agree with it, UTF-8, and at last a guess. Bytes that make no sense are replaced, with a problem.
pub(crate) fn decode(bytes: &[u8]) -> Decoded {
    let declared = declared_encoding(&bytes[..bytes.len().min(DECLARATION)]);
    decode_text(bytes, declared.as_deref())
}

/// The encoding that the declaration of a document states, found in its first bytes in any encoding that begins as ASCII.
pub(crate) fn declared_encoding(head: &[u8]) -> Option<String> {
    let start: String =
        head.iter().take(DECLARATION).filter(|byte| byte.is_ascii()).map(|byte| char::from(*byte)).collect();
    let declaration = start.trim_start().strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let value = declaration.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{declared_encoding, decode};

    #[test]
    fn the_declared_encoding_is_found() {
        assert_eq!(
            declared_encoding(b"<?xml version=\"1.0\" encoding=\"windows-1256\"?>").as_deref(),
            Some("windows-1256")
        );
        assert_eq!(
            declared_encoding(b"\xef\xbb\xbf<?xml version='1.0' encoding = 'UTF-8' ?>").as_deref(),
            Some("UTF-8")
        );
        assert_eq!(declared_encoding(b"<a encoding='x'/>"), None);
    }

    #[test]
    fn a_declaration_is_believed_where_the_bytes_agree_with_it() {
        let text = decode(b"<?xml version='1.0' encoding='windows-1255'?><a>\xf9\xec\xe5\xed</a>").text;
        assert!(text.ends_with("<a>שלום</a>"), "{text}");
        let declared_utf_16 = decode("<?xml version='1.0' encoding='utf-16'?><a>é</a>".as_bytes());
        assert!(declared_utf_16.text.ends_with("<a>é</a>"));
        assert_eq!(declared_utf_16.problems[0].code, "encoding-mismatch");
    }
}
