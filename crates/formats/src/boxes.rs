//! Boxes as drafts take them.

use cairn_model::BoundingBox;

/// West, south, east and north as written.
pub(crate) type Box4 = [String; 4];

/// A number with a point before its fraction.
pub(crate) fn decimal(text: &str) -> String {
    let text = text.trim();
    if text.matches(',').count() == 1 && !text.contains('.') { text.replace(',', ".") } else { text.to_owned() }
}

/// Adds boxes to extents. The first extent of a draft counts, so several boxes that can be read are one around them all.
pub(crate) fn add_boxes(boxes: &[Box4], extents: &mut Vec<String>) {
    let edges = |edges: &Box4| {
        let [west, south, east, north] = edges.each_ref().map(|edge| edge.parse::<f64>().ok());
        BoundingBox::new(west?, south?, east?, north?).ok()
    };
    let read: Vec<BoundingBox> = boxes.iter().filter_map(edges).collect();
    if read.len() > 1
        && let Some(around) = BoundingBox::union(read)
    {
        extents.push(format!("{},{},{},{}", around.west, around.south, around.east, around.north));
    } else {
        extents.extend(boxes.iter().map(|edges| edges.join(",")));
    }
}

#[cfg(test)]
mod tests {
    use super::{add_boxes, decimal};

    #[test]
    fn several_boxes_are_one_around_them_all_and_one_stays_as_it_is_written() {
        let one = ["1.50".to_owned(), "2".to_owned(), "3".to_owned(), "4".to_owned()];
        let other = ["5".to_owned(), "6".to_owned(), "7".to_owned(), "8".to_owned()];
        let broken = ["x".to_owned(), "6".to_owned(), "7".to_owned(), "8".to_owned()];
        let add = |boxes: &[super::Box4]| {
            let mut extents = Vec::new();
            add_boxes(boxes, &mut extents);
            extents
        };
        assert_eq!(add(std::slice::from_ref(&one)), ["1.50,2,3,4"]);
        assert_eq!(add(&[one.clone(), other]), ["1.5,2,7,8"]);
        assert_eq!(add(&[broken, one]), ["x,6,7,8", "1.50,2,3,4"]);
    }

    #[test]
    fn a_comma_before_a_fraction_becomes_a_point() {
        assert_eq!((decimal(" 2,75 "), decimal("1,234.5")), ("2.75".to_owned(), "1,234.5".to_owned()));
    }
}
