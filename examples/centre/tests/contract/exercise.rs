//! Sending to a running centre, and keeping account of what it answered.

use std::collections::BTreeSet;

use reqwest::{RequestBuilder, Response};

use super::Contract;

/// Sends, checks the answer against the document, and notes which answer it was.
pub(crate) struct Exercise {
    pub(crate) contract: Contract,
    pub(crate) seen: BTreeSet<String>,
}

impl Exercise {
    pub(crate) fn begin() -> Exercise {
        Exercise { contract: Contract::read(), seen: BTreeSet::new() }
    }

    /// Sends, and gives one header of the answer, empty when it has none.
    pub(crate) async fn send_for(&mut self, header: &str, path: &str, request: RequestBuilder, status: u16) -> String {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let method = request.method().to_string();
        let reply = client.execute(request).await.unwrap();
        let found = reply.headers().get(header).map(|value| value.to_str().unwrap().to_owned());
        self.came(&method, path, reply, status).await;
        found.unwrap_or_default()
    }

    pub(crate) async fn send(&mut self, path: &str, request: RequestBuilder, status: u16) {
        let _ = self.send_for("date", path, request, status).await;
    }

    /// Checks an answer that came already.
    pub(crate) async fn came(&mut self, method: &str, path: &str, reply: Response, status: u16) {
        assert_eq!(reply.status(), status, "{method} {path}");
        self.contract.check(&method.parse().unwrap(), path, reply).await;
        self.seen.insert(format!("{method} {path} {status}"));
    }
}
