"""Markdown and people's writing become HTML that holds nothing but what is allowed."""

import re

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.markup.render import (
    ATTRIBUTES,
    MOST_LABEL_CHARACTERS,
    TAGS,
    Links,
    Piece,
    Rendered,
    UnsafeMarkup,
    assert_safe,
    paragraphs,
    render_markdown,
    render_pieces,
    sanitised,
)
from tests.coursefiles import disguises

LINKS = Links(
    pages={"05-tyosopimus.md": "../lessons/tyosopimus"},
    media={"kuva.png": f"/media/{'a' * 64}.png", "ohje.pdf": f"/media/{'b' * 64}.pdf"},
    site=("/diary/new",),
)
XHTML = "{http://www.w3.org/1999/xhtml}"
FORBIDDEN = re.compile(r"javascript|vbscript|data|file|blob|about|ftp")


def assert_invariant(html: str) -> None:
    """Section by section what a browser would build: html5lib shares no code with nh3 or with our own check."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=True)
    for element in tree.iter():
        if element is tree:
            continue
        assert isinstance(element.tag, str), "a comment or an instruction"
        assert element.tag.startswith(XHTML), element.tag
        tag = element.tag.removeprefix(XHTML)
        assert tag in TAGS, tag
        allowed = ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set())
        assert set(element.attrib) <= allowed, element.attrib
        href = re.sub(r"[\s\x00-\x1f\u200b\u00ad]", "", element.attrib.get("href", "")).lower()
        assert not FORBIDDEN.match(href), href
        assert re.match(r"(https?://|mailto:|tel:|\.\./lessons/|/(?![/\\]))|\Z", href), href
        assert element.attrib.get("src", "/media/").startswith("/media/")


def render(source: str) -> Rendered:
    return render_markdown(source, links=LINKS)


def problems(source: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in render(source).problems]


def test_the_list_of_disguises_is_long_enough() -> None:
    assert len(set(disguises.ALL)) >= 150


@pytest.mark.parametrize("source", disguises.ALL)
def test_no_disguise_of_script_lives_through_rendering(source: str) -> None:
    assert_invariant(render(source).html)
    assert_invariant(render(f"Alku {source} loppu").html)


@pytest.mark.parametrize("source", disguises.ALL)
def test_no_disguise_of_script_lives_through_the_sanitiser_alone(source: str) -> None:
    assert_invariant(sanitised(source))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([*disguises.TAGS, *disguises.MIXED, "\n", "`", "*", "](", "[", "    "]), max_size=5
    )
)
def test_no_mixture_of_disguises_lives(pieces: list[str]) -> None:
    assert_invariant(render("".join(pieces)).html)


@pytest.mark.parametrize("tag", [tag for tag in disguises.TAGS if re.match(r"<[a-zA-Z/!?][^<>\n]*>", tag)])
def test_raw_html_is_a_problem(tag: str) -> None:
    assert any("Raw HTML" in message for _line, message in problems(f"Teksti {tag}"))


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p class=x>a</p>",
        "<p onclick=x>a</p>",
        "<!-- x -->",
        "<!DOCTYPE html>",
        "<?php x ?>",
        "<a href='javascript:x'>a</a>",
        "<a href='//e.fi'>a</a>",
        "<a href>a</a>",
        "<a rel=opener href='/me'>a</a>",
        "<img src='https://e.fi/x.png'>",
        "<h1>x</h1>",
        "<svg></svg>",
        "<script>",
        "</script>",
        "<form>",
        "</form>",
        "<base>",
        "<th scope=all>x</th>",
        "<img width=99999>",
    ],
)
def test_the_last_look_refuses_what_the_sanitisers_should_have_dropped(html: str) -> None:
    with pytest.raises(UnsafeMarkup):
        assert_safe(html)


def test_prose_lists_tables_code_and_terms_are_rendered() -> None:
    html = render(
        "*a* **b**\n\n- x\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\n<b>\n```\n\nTermi\n:   Selitys\n"
    ).html

    assert "<em>a</em> <strong>b</strong>" in html
    assert "<li>x</li>" in html
    assert '<th scope="col">a</th>' in html
    assert "<pre><code>&lt;b&gt;\n</code></pre>" in html
    assert "<dt>Termi</dt>" in html


def test_the_first_heading_level_becomes_h2_and_the_rest_follow() -> None:
    assert re.findall(r"<h\d>", render("# A\n\n## B\n\n# C").html) == ["<h2>", "<h3>", "<h2>"]
    assert re.findall(r"<h\d>", render("### A\n\n#### B").html) == ["<h2>", "<h3>"]
    assert re.findall(r"<h\d>", render("# A\n\n###### B").html) == ["<h2>", "<h6>"]


def test_headings_keep_their_order_over_the_pieces_of_a_page() -> None:
    pieces = [Piece("# A"), Piece("# In a block", first_heading=3), Piece("## B")]

    rendered = [piece.html for piece in render_pieces(pieces, Links())]

    assert rendered == ["<h2>A</h2>", "<h3>In a block</h3>", "<h3>B</h3>"]


@pytest.mark.parametrize(
    ("address", "becomes"),
    [
        ("05-tyosopimus.md", "../lessons/tyosopimus"),
        ("05-tyosopimus.md#kesto", "../lessons/tyosopimus"),
        ("media/ohje.pdf", f"/media/{'b' * 64}.pdf"),
        ("https://www.kela.fi/a?b=1&c=2", "https://www.kela.fi/a?b=1&amp;c=2"),
        ("https://fi.wikipedia.org/wiki/Työ", "https://fi.wikipedia.org/wiki/Työ"),
        ("mailto:a@b.fi", "mailto:a@b.fi"),
        ("tel:+358 12 345", "tel:+358 12 345"),
        ("/diary/new", "/diary/new"),
    ],
)
def test_addresses_that_lead_somewhere(address: str, becomes: str) -> None:
    rendered = render(f"[teksti](<{address}>)")

    assert rendered.problems == ()
    assert f'<a href="{becomes}" rel="noopener noreferrer nofollow">teksti</a>' in rendered.html


def test_bare_addresses_in_angle_brackets_are_links() -> None:
    rendered = render("<https://www.te-palvelut.fi> <ohjaaja@example.org>")

    assert rendered.problems == ()
    assert 'href="https://www.te-palvelut.fi"' in rendered.html
    assert 'href="mailto:ohjaaja@example.org"' in rendered.html


def test_cells_of_a_wide_table_say_whose_column_they_are_in() -> None:
    wide = render('| A & "b" | *c* | d |\n|---|---|---|\n| 1 | 2 | |\n').html
    narrow = render("| a | b |\n|---|---|\n| 1 | 2 |\n").html

    assert '<td data-label="A &amp; &quot;b&quot;">1</td>' in wide
    assert '<td data-label="c">2</td>' in wide
    assert "data-label" not in narrow


def test_labels_of_a_table_stay_short() -> None:
    heading = "a" * 3_000
    html = render(f"| {heading} | b | c |\n|---|---|---|\n" + "| 1 | 2 | 3 |\n" * 1_000).html

    assert f'data-label="{"a" * MOST_LABEL_CHARACTERS}"' in html
    assert len(html) < 200_000


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("a\n\n[x](06-muu.md)", 3, "no text `06-muu.md`"),
        ("[x](05-tyosopimus.selko.md)", 1, "no text `05-tyosopimus.selko.md`"),
        ("[x](../toinen/05-tyosopimus.md)", 1, "leads nowhere"),
        ("[x](media/muu.pdf)", 1, "no file `media/muu.pdf`"),
        ("[x](media/../course.md)", 1, "no file"),
        ("[x](http://e.fi)", 1, "is not https"),
        ("a\n\n| | b |\n|---|---|\n| 1 | 2 |", 3, "no heading"),
        ("[x](/staff)", 1, "leads nowhere"),
        ("[x](#luku)", 1, "leads nowhere"),
        ("a\nb\n[x](javascript:alert(1))", 3, "leads nowhere"),
        ("[x][y]\n\n[y]: ftp://e.fi", 3, "leads nowhere"),
        ("[](https://e.fi)", 1, "no text"),
        ("![](media/kuva.png)", 1, "no alternative text"),
        ("![ ](media/kuva.png)", 1, "no alternative text"),
        ("![x](https://e.fi/kuva.png)", 1, "is not in media/"),
        ("![x](kuva.png)", 1, "is not in media/"),
        ("![x](media/muu.png)", 1, "no file"),
        ("![x](media/ohje.pdf)", 1, "is not a picture"),
        ("a\n\n<iframe src=https://e.fi></iframe>", 3, "Raw HTML `<iframe"),
        ("a\n\n<div>\nb\n</div>", 5, "Raw HTML `</div>`"),
        ("a <!-- piilo --> b", 1, "Raw HTML `<!-- piilo -->`"),
        ("## Alku\n\nTeksti.\n\n#### Syvällä", 5, "skips a level"),
        ("ä" * 50_001, 1, "larger than 100 kB"),
    ],
)
def test_what_an_author_must_fix_is_a_problem_with_its_line(source: str, line: int, words: str) -> None:
    assert any(at == line and words in message for at, message in problems(source)), problems(source)


def test_the_second_of_two_faults_of_one_kind_has_its_own_line() -> None:
    assert [line for line, _message in problems("<b>a\n\nx\n\n<b>c")] == [1, 5]


def test_html_shown_as_code_is_no_problem() -> None:
    assert problems("`<b>` ja\n\n```\n<script>\n```\n\n    <i>\n\n5 < 6 ja 7 > 6, a<b") == []


def test_a_picture_with_words_is_shown_from_media() -> None:
    rendered = render('![Piirros: käsi ja kynä](media/kuva.png "otsikko")')

    assert rendered.problems == ()
    assert f'src="/media/{"a" * 64}.png"' in rendered.html
    assert 'alt="Piirros: käsi ja kynä"' in rendered.html
    assert "otsikko" not in rendered.html


def test_plain_writing_is_escaped_and_keeps_its_lines() -> None:
    assert (
        paragraphs("Hei <b>&\r\nrivi\r\n\r\n\r\n toinen")
        == "<p>Hei &lt;b&gt;&amp;<br>\nrivi</p>\n<p> toinen</p>"
    )


@pytest.mark.parametrize("nothing", [None, "", " \n\n "])
def test_no_writing_is_no_html(nothing: str | None) -> None:
    assert paragraphs(nothing) == ""


@given(st.text(max_size=200))
def test_plain_writing_is_never_more_than_paragraphs(text: str) -> None:
    assert re.fullmatch(r"(?:[^<>]|<p>|</p>|<br>)*", str(paragraphs(text)))


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        ("a\n\nb &#x202E; c", 3, "U+202E"),
        ("a\n\nb &#8238; c", 3, "U+202E"),
        ("a &#x1F; b", 1, "U+001F"),
        ("a &#27;[31m b", 1, "U+001B"),
        ("a\n\n- &ZeroWidthSpace;", 3, "U+200B"),
        ("a\n&lrm;", 2, "U+200E"),
        ("a\n\n[x&#x2066;](https://e.fi)", 3, "U+2066"),
        ("a\n\n[x](https://e.fi/&#x202E;)", 3, "U+202E"),
        ("a\n\n![x&#x202E;](media/kuva.png)", 3, "U+202E"),
        ("a\n\n| a |\n|---|\n| &#xE000; |", 5, "U+E000"),
        ("`&#x200E;`\n\n&#x202E;\n\n&#x202E;", 3, "U+202E"),
        ("a\n\u202eb", 2, "U+202E"),
    ],
)
def test_a_hidden_character_in_the_rendered_text_is_a_problem(source: str, line: int, code: str) -> None:
    assert (line, f"A hidden character ({code})") in problems(source)


@pytest.mark.parametrize(
    "source",
    [
        "`&#x202E;`",
        "    &#x202E;",
        "```\n&#x202E;\n```",
        "&amp;#x202E;",
        "\\&#x202E",
        "a&nbsp;b &shy; &zwj; &auml; &euro; &#8364; &#x80;",
        "**a** &copy; R&D AT&T &amp x",
    ],
)
def test_a_reference_that_is_shown_or_visible_is_no_problem(source: str) -> None:
    assert problems(source) == []
