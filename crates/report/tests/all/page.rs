//! The page: whole, loading nothing, and never broken by the text in it.

use proptest::{prelude::*, test_runner::RngSeed};
use tenfold_report::chart::Theme;
use tenfold_report::page::{Block, Column, Gallery, GalleryItem, Matrix, MatrixAnswers, Page, Table};
use tenfold_report::{Caption, DigitImages, Error};

use crate::samples::{NAMES, each};

const PIXELS: [u8; 3 * 4] = [9; 12];

fn images() -> DigitImages<'static> {
    DigitImages::new(&PIXELS, 2, 2).unwrap()
}

fn answers(confidences: &[f32]) -> MatrixAnswers<'_> {
    MatrixAnswers { images: images(), labels: &[0, 1, 1], predicted: &[0, 1, 0], confidences }
}

/// A page with `text` in every place that takes text.
fn page_of(text: &str) -> String {
    let names = [text, "other"];
    let item =
        || GalleryItem { caption: Caption::plain(text), description: text.into(), probabilities: vec![0.9, 0.1] };
    let table = Table::new(text, [Column::text(text), Column::number(text)]).row([text, text]);
    let blocks = vec![
        Block::Text(text.into()),
        Block::KeyValues(vec![(text.into(), text.into())]),
        Block::Table(table),
        Block::Code(text.into()),
        Block::Matrix(Matrix::new(text, &names, answers(&[0.9, 0.8, 0.7])).unwrap()),
        Block::Gallery(Gallery::new(text, &names, images(), vec![item(), item(), item()]).unwrap()),
        Block::Details { summary: text.into(), blocks: vec![Block::Text(text.into())] },
    ];
    Page::new(text).lead(text).section("all", text, blocks).footer(text).to_html()
}

/// The characters that markup is made of, in order.
fn markup(html: &str) -> String {
    html.chars().filter(|character| matches!(character, '<' | '>' | '"' | '\'')).collect()
}

#[test]
fn nothing_is_loaded() {
    let mut charts = Vec::new();
    each(|_, chart| charts.push(chart.svg(Theme::Page)));
    let page =
        Page::new("charts").section("charts", "Charts", vec![Block::Charts(charts)]).to_html() + &page_of("text");
    let policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
    assert!(page.contains(&policy.replace('\'', "&#39;")), "the policy is not in the page");
    for loaded in
        ["http:", "https:", " src=", "@import", "url(\"http", "url(//", "<link", "<iframe", "fetch(", "XMLHttp"]
    {
        assert!(!page.contains(loaded), "{loaded}");
    }
    assert_eq!(page.matches("url(").count(), page.matches("url(\"data:image/png;base64,").count());
}

#[test]
fn the_parts_of_a_page_are_named_once() {
    let text = Block::Text("text".into());
    let html = Page::new("ids")
        .section("loss", "Loss", vec![text.clone()])
        .section("loss", "Loss again", vec![text.clone()])
        .section("loss-2", "Third", vec![text.clone()])
        .section("\"><b>", "Hostile", vec![text.clone()])
        .section("", "None", vec![text])
        .to_html();
    for id in ["loss", "loss-2", "loss-2-2", "---b-", "section"] {
        assert_eq!(html.matches(&format!("<section id=\"{id}\" aria-labelledby=\"{id}.heading\">")).count(), 1, "{id}");
        assert_eq!(html.matches(&format!("<a href=\"#{id}\">")).count(), 1, "{id}");
    }
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn a_cell_knows_its_images() {
    let html = page_of("zero");
    let cell = html.split("<button").find(|part| part.contains("aria-label=\"other read as zero: 1 image\"")).unwrap();
    for attribute in ["data-ids=\"2\"", "data-confidences=\"0.70\"", "data-first=\"1\"", "data-note=\"1 image\""] {
        assert!(cell.contains(attribute), "{attribute} is not in {cell}");
    }
    assert_eq!(html.matches("<td class=\"zero\">").count(), 1);
}

#[test]
fn answers_that_do_not_fit_are_refused() {
    let matrix = |names: &[&str], answers| Matrix::new("", names, answers).map(|_| ());
    assert_eq!(matrix(&["0", "1"], answers(&[])), Ok(()));
    let length = |what, expected, found| Err(Error::Length { what, expected, found });
    assert_eq!(matrix(&["0", "1"], answers(&[0.5])), length("confidences", 3, 1));
    let images = DigitImages::new(&PIXELS, 2, 3).unwrap();
    assert_eq!(matrix(&["0", "1"], MatrixAnswers { images, ..answers(&[]) }), length("images", 3, 2));
    assert!(matches!(matrix(&["0"], answers(&[])), Err(Error::Evaluation(_))));
    assert!(matches!(matrix(&[], answers(&[])), Err(Error::Evaluation(_))));

    let item = GalleryItem { caption: Caption::plain(""), description: String::new(), probabilities: vec![1.0] };
    let gallery = |items| Gallery::new("", &NAMES, images, items).map(|_| ());
    assert_eq!(gallery(vec![item.clone()]), length("items", 2, 1));
    assert_eq!(gallery(vec![item.clone(), item]), length("probabilities", 10, 1));
}

#[test]
#[should_panic(expected = "1 cells in 2 columns")]
fn a_row_has_a_cell_for_each_column() {
    _ = Table::new("", [Column::text("a"), Column::text("b")]).row(["only one"]);
}

proptest! {
    // One fixed seed: the same cases on every run, and nothing written into the tree when one fails.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(10), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_out(text in "[\\PC\u{0}-\u{1f}<>&'\"/=]{1,40}") {
        prop_assert_eq!(markup(&page_of(&text)), markup(&page_of("x")), "{:?}", text);
    }
}

#[test]
fn well_known_attacks_stay_text() {
    for text in
        ["</script><script>alert(1)</script>", "\" onclick=\"alert(1)", "' x='", "--></style><img src=x>", "&lt;b"]
    {
        let html = page_of(text);
        assert_eq!(markup(&html), markup(&page_of("x")), "{text}");
        assert!(!html.contains(text), "{text}");
    }
}
