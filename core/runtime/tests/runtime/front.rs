//! A front before the real centre that misbehaves to order: a portal, a firewall, a lost reply, somebody else's receipt.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What the front does with one PUT.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Answers by itself; the centre never sees the request.
    Answer(&'static str, &'static str),
    /// Hands the request on and drops the reply.
    LoseReply,
    /// Hands it on and puts another receipt into the reply.
    SwapReceipt(String),
}

/// What was seen of one request.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn is_put(&self) -> bool {
        self.line.starts_with("PUT ")
    }
}

#[derive(Default)]
struct Script {
    acts: VecDeque<Act>,
    seen: Vec<Seen>,
}

pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    script: Arc<Mutex<Script>>,
}

impl Front {
    /// Serves in front of `centre`; PUTs follow `acts` one by one, and pass when there are no more.
    pub(crate) fn before(centre: SocketAddr, acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let script = Arc::new(Mutex::new(Script { acts: acts.into_iter().collect(), seen: Vec::new() }));
        let shared = Arc::clone(&script);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let script = Arc::clone(&shared);
                std::thread::spawn(move || serve(connection, centre, &script));
            }
        });
        Self { address, script }
    }

    /// The PUTs so far.
    pub(crate) fn puts(&self) -> Vec<Seen> {
        self.script.lock().unwrap().seen.iter().filter(|seen| seen.is_put()).cloned().collect()
    }
}

fn serve(connection: TcpStream, centre: SocketAddr, script: &Mutex<Script>) {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    let mut writer = connection;
    while let Some(request) = read_message(&mut reader) {
        let act = {
            let mut script = script.lock().unwrap();
            script.seen.push(request.clone());
            if request.is_put() { script.acts.pop_front() } else { None }
        };
        let reply = match act {
            Some(Act::Answer(head, body)) => {
                format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
            }
            Some(Act::LoseReply) => {
                let _ = forward(centre, &request);
                return;
            }
            Some(Act::SwapReceipt(receipt)) => {
                let Some(mut reply) = forward(centre, &request) else { return };
                for (name, value) in &mut reply.headers {
                    if name == "siaga-receipt" {
                        value.clone_from(&receipt);
                    }
                }
                raw(&reply)
            }
            None => match forward(centre, &request) {
                Some(reply) => raw(&reply),
                None => return,
            },
        };
        if writer.write_all(&reply).is_err() {
            return;
        }
    }
}

fn forward(centre: SocketAddr, request: &Seen) -> Option<Seen> {
    let mut upstream = TcpStream::connect(centre).ok()?;
    upstream.write_all(&raw(request)).ok()?;
    read_message(&mut BufReader::new(upstream))
}

fn raw(message: &Seen) -> Vec<u8> {
    let mut bytes = format!("{}\r\n", message.line).into_bytes();
    for (name, value) in &message.headers {
        bytes.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    bytes.extend(b"\r\n");
    bytes.extend(&message.body);
    bytes
}

fn read_message(reader: &mut impl BufRead) -> Option<Seen> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let mut lines = lines.into_iter();
    let line = lines.next()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':').map(|(k, v)| (k.to_ascii_lowercase(), v.trim().to_owned())))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, v)| v.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Seen { line, headers, body })
}
