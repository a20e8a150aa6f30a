//! Files by the end of their names, and the page on which a node shows its arithmetic.

use std::fs;
use std::io::ErrorKind;

use roxmltree::{Document, ParsingOptions};

use crate::picture::{fruit_picture, two_ways};

#[test]
fn a_file_is_what_its_name_says() {
    let folder = tempfile::tempdir().expect("there is a folder for it");
    let picture = fruit_picture();
    let saved = |name: &str| {
        let path = folder.path().join(name);
        picture.save(&path).expect("it can be written");
        fs::read_to_string(path).expect("it is text")
    };
    assert_eq!(saved("fruit.svg"), picture.to_svg());
    assert_eq!(saved("fruit.HTML"), picture.to_html());
    assert_eq!(
        (saved("fruit.dot"), saved("fruit.gv")),
        (picture.to_dot(), picture.to_dot())
    );
    let text = saved("fruit.txt");
    assert!(text.starts_with(&picture.to_text()) && text.ends_with(&picture.explain()));
}

#[test]
fn other_names_are_errors_that_say_what_there_is() {
    let folder = tempfile::tempdir().expect("there is a folder for it");
    for name in ["fruit.doc", "fruit"] {
        let path = folder.path().join(name);
        let error = fruit_picture()
            .save(&path)
            .expect_err("nobody knows what that is");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let text = error.to_string();
        assert!(
            text.contains(name) && text.contains("`.svg`, `.html`, `.dot`, `.txt`"),
            "{text}"
        );
        assert!(!path.exists());
    }
    let nowhere = folder.path().join("no_folder").join("fruit.svg");
    let error = fruit_picture()
        .save(&nowhere)
        .expect_err("there is no such folder");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("fruit.svg"), "{error}");
}

#[test]
fn a_page_says_the_arithmetic_of_every_node_and_needs_nothing_else() {
    let page = two_ways::picture(2.0, 1.0).to_html();
    for outside in ["http://", "https://", "src=", "href=", "url("] {
        let other = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!other.contains(outside), "{outside}");
    }
    let (_, drawing) = page.split_once("<svg").expect("it has a drawing");
    let (drawing, _) = drawing.split_once("</svg>").expect("it ends");
    let drawing = format!("<svg{drawing}</svg>");
    let document = Document::parse_with_options(&drawing, ParsingOptions::default());
    let document = document.expect("it is well-formed");
    let nodes = document
        .descendants()
        .filter(|node| node.attribute("class") == Some("node"));
    let words: Vec<&str> = nodes
        .filter_map(|node| node.first_element_child()?.text())
        .collect();
    assert!(words.contains(&"t = 3 * x = 3 * 2 = 6\n∂L/∂t = 12 + 0.9602 = 12.96\n  1 · 12 = 12 by t1, where ∂t1/∂t = 2 · t = 12\n  1 · 0.9602 = 0.9602 by t2, where ∂t2/∂t = cos(t) = 0.9602"), "{words:#?}");
    assert!(
        words.contains(&"z = t1 + t2 = 36 + (-0.2794) = 35.72\n∂L/∂z = 1\n  1 is the seed of z"),
        "{words:#?}"
    );
}
