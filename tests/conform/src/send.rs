//! Sending, and the patience with a server that has too much to do.

use std::time::Duration;

use reqwest::{RequestBuilder, Version};

use crate::client::{Spoken, chain};
use crate::pace::{End, Pieces};
use crate::reply::{REPLY_LIMIT_BYTES, Reply};
use crate::rule::{Account, Verdict};
use crate::run::Run;
use crate::write::{Sending, Stated, Write};

/// How often one request is sent to a server that answers 503 or 429.
const TRIES: usize = 4;
/// The longest wait between two of them, whatever `Retry-After` says: this is a check, not a phone.
const WAIT_LIMIT_S: u64 = 5;
/// Between the first half of a body and the break: the half should have gone out by then.
const BREAK: Duration = Duration::from_millis(30);

impl Reply {
    /// The answer before there is one.
    pub(crate) fn none() -> Reply {
        Reply {
            status: 0,
            version: Version::HTTP_11,
            headers: reqwest::header::HeaderMap::new(),
            body: Vec::new(),
            is_cut: false,
            overloads: Vec::new(),
        }
    }
}

impl Run {
    /// Sends a write; no answer breaks the rule that is judged.
    pub(crate) async fn put(&mut self, write: &Write) -> Result<Reply, Verdict> {
        let answer = self.try_put(write).await;
        self.took(write, &answer);
        answer.or_else(|why| unanswered(write.shown(), why))
    }

    /// Keeps account of what a write left on the server.
    pub(crate) fn took(&mut self, write: &Write, answer: &Result<Reply, String>) {
        let Ok(reply) = answer else { return };
        self.overloads.extend(reply.overloads.iter().cloned());
        if reply.is_success() && write.path.starts_with("/v1/incidents/") {
            self.left.entry(write.incident.clone()).or_default().add(write);
        }
    }

    /// Sends a write.
    pub(crate) async fn try_put(&self, write: &Write) -> Result<Reply, String> {
        self.sent(|| self.request(write)).await
    }

    /// Sends all of them at once.
    pub(crate) async fn try_put_all(&self, writes: &[Write]) -> Vec<Result<Reply, String>> {
        let mut sent = Vec::new();
        for write in writes {
            let request = self.request(write);
            sent.push(tokio::spawn(async move { read(request).await }));
        }
        let mut answers = Vec::new();
        for (write, task) in writes.iter().zip(sent) {
            let answer = match task.await {
                Ok(answer) => answer,
                Err(_) => Err("the request was given up".to_owned()),
            };
            answers.push(match answer {
                // A server may be too busy for some of them, and says so.
                Ok(reply) if matches!(reply.status, 503 | 429) => self.try_put(write).await.map(|later| Reply {
                    overloads: [vec![reply.header("retry-after").map(str::to_owned)], later.overloads.clone()].concat(),
                    ..later
                }),
                answer => answer,
            });
        }
        answers
    }

    /// Reads over one version of HTTP.
    pub(crate) async fn try_get_over(&self, spoken: Spoken, path: &str) -> Result<Reply, String> {
        read(self.clients.get(spoken).get(self.target.at(path)).timeout(self.target.timeout)).await
    }

    /// Reads; no answer breaks the rule that is judged.
    pub(crate) async fn get(&mut self, path: &str, headers: &[(&'static str, String)]) -> Result<Reply, Verdict> {
        let answer = self.try_get(path, headers).await;
        if let Ok(reply) = &answer {
            self.overloads.extend(reply.overloads.iter().cloned());
        }
        answer.or_else(|why| unanswered(format!("GET {path}"), why))
    }

    /// Reads.
    pub(crate) async fn try_get(&self, path: &str, headers: &[(&'static str, String)]) -> Result<Reply, String> {
        self.sent(|| {
            let request = self.clients.get(Spoken::Either).get(self.target.at(path)).timeout(self.target.timeout);
            headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
        })
        .await
    }

    fn request(&self, write: &Write) -> RequestBuilder {
        let client = self.clients.get(write.spoken);
        let mut request = client.put(self.target.at(&write.path)).timeout(self.target.timeout);
        request = match &write.digest {
            Stated::Right => request.header("content-digest", write.sha256().content_digest()),
            Stated::Nothing => request,
            Stated::Text(text) => request.header("content-digest", text),
        };
        if let Some(content_type) = write.content_type {
            request = request.header("content-type", content_type);
        }
        if !write.headers.iter().any(|(name, _)| *name == "siaga-secret") {
            request = request.header("siaga-secret", self.phone.secret());
        }
        if !write.headers.iter().any(|(name, _)| *name == "siaga-sent-at") {
            request = request.header("siaga-sent-at", crate::phone::now_ms());
        }
        request = request.header("siaga-attempt", write.attempt);
        for (name, value) in &write.headers {
            // An empty text stands for a header that is left out.
            if !value.is_empty() {
                request = request.header(*name, value);
            }
        }
        match write.sending {
            // Stated also for an empty body, for which nothing would be said otherwise.
            Sending::Whole => request.header("content-length", write.body.len()).body(write.body.clone()),
            Sending::Pieces { count, pause } => in_pieces(request, &write.body, count, pause, End::Whole),
            Sending::Endless => in_pieces(request, &write.body, 1, BREAK, End::Never),
            Sending::Half => {
                let half = write.body.get(..write.body.len() / 2).unwrap_or_default();
                in_pieces(request, half, 1, BREAK, End::Break)
            }
        }
    }

    /// Sends, with patience while the server has too much to do.
    pub(crate) async fn sent(&self, request: impl Fn() -> RequestBuilder) -> Result<Reply, String> {
        let mut overloads = Vec::new();
        loop {
            let mut reply = read(request()).await?;
            if matches!(reply.status, 503 | 429) {
                overloads.push(reply.header("retry-after").map(str::to_owned));
                if overloads.len() < TRIES {
                    let wait_s = reply.header("retry-after").and_then(|text| text.parse().ok()).unwrap_or(1);
                    pause(Duration::from_secs(WAIT_LIMIT_S.min(wait_s))).await;
                    continue;
                }
            }
            reply.overloads = overloads;
            return Ok(reply);
        }
    }
}

/// Reads an answer whole, as far as phones would.
pub(crate) async fn read(request: RequestBuilder) -> Result<Reply, String> {
    let mut response = request.send().await.map_err(|error| chain(&error))?;
    let mut reply = Reply {
        status: response.status().as_u16(),
        version: response.version(),
        headers: response.headers().clone(),
        ..Reply::none()
    };
    while let Some(piece) = response.chunk().await.map_err(|error| chain(&error))? {
        reply.body.extend_from_slice(&piece);
        if reply.body.len() > REPLY_LIMIT_BYTES {
            reply.is_cut = true;
            break;
        }
    }
    Ok(reply)
}

/// With a body that goes out in pieces.
pub(crate) fn in_pieces(
    request: RequestBuilder,
    bytes: &[u8],
    count: usize,
    pause: Duration,
    end: End,
) -> RequestBuilder {
    request.body(reqwest::Body::wrap(Pieces::new(bytes, count, pause, end)))
}

/// Waits, for a server that asked for it.
pub(crate) async fn pause(time: Duration) {
    let _ = tokio::time::timeout(time, std::future::pending::<()>()).await;
}

fn unanswered<T>(sent: String, why: String) -> Result<T, Verdict> {
    let remedy = "answer every request in the time that a phone's first attempt has";
    Account::new(sent, format!("no answer: {why}"), "an answer", remedy).fails()
}
