//! `retry-after` (RFC 9110, section 10.2.3).

/// The wait in milliseconds that a `retry-after` asks for: whole seconds, or a date read against the reply's own `date`,
/// never against the phone's clock (INV-8). A date that is past asks for none; a date without `date` says nothing.
pub(crate) fn retry_after_ms(retry_after: &str, date: Option<&str>) -> Option<u64> {
    let text = retry_after.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse::<u64>().ok().map(|seconds| seconds.saturating_mul(1000));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    let now = httpdate::parse_http_date(date?.trim()).ok()?;
    let wait = until.duration_since(now).unwrap_or_default();
    Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::retry_after_ms;

    #[test]
    fn seconds_become_milliseconds() {
        assert_eq!(retry_after_ms("120", None), Some(120_000));
        assert_eq!(retry_after_ms(" 0 ", None), Some(0));
        assert_eq!(retry_after_ms("18446744073709551615", None), Some(u64::MAX));
    }

    #[test]
    fn a_date_is_read_against_the_replys_own_date() {
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(retry_after_ms("Sun, 06 Nov 1994 08:50:07 GMT", date), Some(30_000));
        assert_eq!(retry_after_ms("Sun, 06 Nov 1994 08:49:00 GMT", date), Some(0));
        assert_eq!(retry_after_ms("Sun, 06 Nov 1994 08:50:07 GMT", None), None);
    }

    #[test]
    fn anything_else_says_nothing() {
        for text in ["", "-1", "+5", "1.5", "soon", "99999999999999999999", "Sun, 06 Nov 1994"] {
            assert_eq!(retry_after_ms(text, Some("Sun, 06 Nov 1994 08:49:37 GMT")), None, "{text}");
        }
    }
}
