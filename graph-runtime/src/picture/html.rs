//! The picture as a web page that needs nothing else.
//!
//! Every node carries its arithmetic as its title, so it is read without any script too; the script shows it below the drawing, for
//! the node that is pointed at, touched, or reached by the keyboard. Invariant: what the user wrote stands in text only.

use super::dot::escaped;
use super::{Picture, explain, svg};

const STYLE: &str = "\
body{margin:1.5rem;background:#ffffff;color:#1f2328;font-family:system-ui,sans-serif}\
pre{font-size:13px;line-height:1.5;overflow-x:auto}\
#words{position:sticky;bottom:0;margin:0;padding:.8rem 0;min-height:6em;background:inherit;border-top:1px solid #8c959f}\
.node{cursor:help;outline:none}\
.node:hover .box,.node:focus .box{stroke-width:2.5}\
@media screen and (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}}";

const SCRIPT: &str = "\
const words=document.getElementById('words');\
for(const node of document.querySelectorAll('.node')){\
const show=()=>{words.textContent=node.querySelector('title').textContent};\
for(const event of ['pointerenter','focus','click'])node.addEventListener(event,show)}";

pub fn written(picture: &Picture) -> String {
    let title = escaped(&picture.title);
    let drawing = svg::with_words(picture, &explain::node_by_node(picture));
    let steps = escaped(&picture.explain());
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<h1>{title}</h1>\n{drawing}\
         <pre id=\"words\" aria-live=\"polite\">Point at a node, or touch it, for its arithmetic.</pre>\n\
         <details><summary>The chain rule step by step</summary><pre>{steps}</pre></details>\n\
         <script>{SCRIPT}</script>\n</body>\n</html>\n"
    )
}
