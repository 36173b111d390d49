//! The address of a route: an origin, nothing more.

use reqwest::Url;

use crate::error::NetConfigError;

/// The longest address: a name of 253 octets (RFC 1035, section 2.3.4), `https://`, a port, a slash.
const MAX_ADDRESS_BYTES: usize = 253 + 8 + 6 + 1;

/// Scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(Url);

impl Origin {
    /// Reads an address. Strict, because a URL parser mends much (tabs, backslashes, user names) that in a configuration is
    /// either a slip or an attempt to mislead.
    pub(crate) fn parse(field: &str, text: &str) -> Result<Self, NetConfigError> {
        let fault = |what| NetConfigError {
            field: field.to_owned(),
            what,
            expected: "an origin such as https://centre.example",
        };
        if text.is_empty() {
            return Err(fault("is empty"));
        }
        if text.len() > MAX_ADDRESS_BYTES {
            return Err(fault("is too long"));
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(fault("contains a space, a control character or a backslash"));
        }
        let url = Url::parse(text).map_err(|_| fault("is not a URL"))?;
        if url.host().is_none() {
            return Err(fault("has no host"));
        }
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
            return Err(fault("contains a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(fault("contains a query or fragment"));
        }
        if url.path() != "/" {
            return Err(fault("contains a path"));
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_loopback(&url) => Ok(Self(url)),
            "http" => Err(NetConfigError {
                field: field.to_owned(),
                what: "is plain http",
                expected: "https; http only to a loopback address such as http://127.0.0.1:8080",
            }),
            _ => Err(fault("has a scheme other than https")),
        }
    }

    /// The path and query of a `Location` (RFC 9110, section 10.2.2), when it is at this host: relative, or with a scheme and port
    /// that a server behind a TLS proxy takes for its own. `None` for any other host, and for what leads out of the protocol.
    /// Only a creation has one, so a relative one is relative to that.
    pub(crate) fn path_of(&self, location: &str) -> Option<String> {
        if location.is_empty() {
            return None;
        }
        let url = self.0.join("/v1/media").ok()?.join(location).ok()?;
        let is_here =
            matches!(url.scheme(), "http" | "https") && url.host() == self.0.host() && url.username().is_empty();
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        (is_here && url.path().starts_with("/v1/")).then_some(path)
    }

    /// The URL of a path with its query; `None` when the path does not begin with `/v1/` or leads out of the origin.
    pub(crate) fn url(&self, path: &str) -> Option<Url> {
        if !path.starts_with("/v1/") {
            return None;
        }
        // Joined as text: a relative reference such as `//other` would have a meaning of its own.
        let url = Url::parse(&format!("{}{path}", self.0.origin().ascii_serialization())).ok()?;
        (url.origin() == self.0.origin() && url.path().starts_with("/v1/")).then_some(url)
    }
}

/// Whether the host is a loopback *address*. A name, `localhost` included, is whatever a resolver says.
fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Option<String> {
        Origin::parse("primary", "https://centre.example:8443/").unwrap().url(path).map(String::from)
    }

    #[test]
    fn a_path_is_put_behind_the_origin_unchanged() {
        assert_eq!(
            url("/v1/incidents/a?after=3&wait_s=25").as_deref(),
            Some("https://centre.example:8443/v1/incidents/a?after=3&wait_s=25")
        );
    }

    #[test]
    fn a_location_keeps_our_origin_whatever_scheme_or_port_a_server_behind_a_proxy_names() {
        let origin = Origin::parse("primary", "https://centre.example").unwrap();
        for location in [
            "/v1/media/a?b=c",
            "https://centre.example/v1/media/a?b=c",
            "http://centre.example:8080/v1/media/a?b=c",
            "//centre.example/v1/media/a?b=c",
        ] {
            assert_eq!(origin.path_of(location).as_deref(), Some("/v1/media/a?b=c"), "{location}");
        }
        for elsewhere in [
            "https://other.example/v1/media/a",
            "https://centre.example.other.example/v1/media/a",
            "https://centre.example@other.example/v1/media/a",
            "//other.example/v1/media/a",
            "\\\\other.example\\v1\\media",
            "ftp://centre.example/v1/media/a",
            "file:///v1/media/a",
            "/media/a",
            "/v1/../admin",
            "",
        ] {
            assert_eq!(origin.path_of(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn a_path_never_leads_to_another_host_or_out_of_the_protocol() {
        for path in
            ["", "v1/keys", "//other.example/v1/keys", "@other.example/v1/keys", ".other.example/v1/", "/v1/../admin"]
        {
            assert_eq!(url(path), None, "{path}");
        }
    }
}
