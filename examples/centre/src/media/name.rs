//! Names of files: made by strangers, so cleaned before anybody sees them, and never part of a path.

/// Longest name, in characters, as the protocol has it.
const LIMIT_CHARS: usize = 120;
/// What a file is called that has no name.
pub(crate) const UNNAMED: &str = "file";

/// A name to show: the last part of anything that looks like a path, without control characters and without those that turn
/// the direction of writing (an `exe` could be made to look like a `jpg`), at most 120 characters.
pub(crate) fn clean(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let shown: String = last.chars().filter(|c| !is_hidden(*c)).take(LIMIT_CHARS).collect();
    let shown = shown.trim();
    if shown.chars().all(|c| c == '.') { UNNAMED.to_owned() } else { shown.to_owned() }
}

/// A media type to show: `type/subtype` in the characters that RFC 6838 allows, or nothing.
pub(crate) fn media_type(text: &str) -> Option<String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
    let is_part = |part: &str| (1..=64).contains(&part.len()) && part.chars().all(is_allowed);
    let (kind, subtype) = text.split_once('/')?;
    (is_part(kind) && is_part(subtype)).then(|| text.to_ascii_lowercase())
}

/// The value of a `Content-Disposition` header (RFC 6266) under which no browser shows the bytes.
pub(crate) fn disposition(name: &str) -> String {
    let name = clean(name);
    // A leading dot would hide the file from whoever saved it.
    let visible = name.trim_start_matches('.');
    let plain: String = visible.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let encoded: String = visible.bytes().map(encoded).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}

fn encoded(byte: u8) -> String {
    if is_plain(char::from(byte)) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{61C}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_is_made_harmless() {
        for (hostile, cleaned) in [
            ("foto.jpg", "foto.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system32\\calc.exe", "calc.exe"),
            ("/", "file"),
            ("..", "file"),
            ("", "file"),
            ("a\0b\r\nSet-Cookie: x.jpg", "abSet-Cookie: x.jpg"),
            ("photo\u{202E}gpj.exe", "photogpj.exe"),
            (&"x".repeat(4000), &"x".repeat(120)),
        ] {
            assert_eq!(clean(hostile), cleaned, "{hostile:?}");
        }
    }

    #[test]
    fn no_name_leaves_its_place_in_the_header() {
        assert_eq!(disposition("a\"; b.jpg"), "attachment; filename=\"a___b.jpg\"; filename*=UTF-8''a%22%3B%20b.jpg");
        assert_eq!(disposition(".bashrc"), "attachment; filename=\"bashrc\"; filename*=UTF-8''bashrc");
        assert_eq!(disposition("é.png"), "attachment; filename=\"_.png\"; filename*=UTF-8''%C3%A9.png");
    }

    #[test]
    fn a_media_type_is_one_or_nothing() {
        assert_eq!(media_type("Image/JPEG"), Some("image/jpeg".to_owned()));
        for text in ["", "image", "image/", "/jpeg", "text/html; charset=x", "a/b/c", "image/jp\r\neg"] {
            assert_eq!(media_type(text), None, "{text}");
        }
    }
}
