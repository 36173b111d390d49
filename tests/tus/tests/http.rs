//! One HTTP/1.1 exchange with a server on loopback. All that these tests need of HTTP, so that they need no client.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A bound for a server that hangs; no answer takes a second.
const LIMIT: Duration = Duration::from_secs(60);

/// Sends a request and reads the whole reply: status and body.
pub(crate) fn exchange(
    server: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, String)],
    body: &[u8],
) -> io::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(LIMIT))?;
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {server}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    read_reply(&mut BufReader::new(stream))
}

fn read_reply(reply: &mut impl BufRead) -> io::Result<(u16, Vec<u8>)> {
    let (mut status, mut length, mut line) = (0, 0, String::new());
    // An empty line is CR and LF, and ends the head.
    while reply.read_line(&mut line)? > 2 {
        let lower = line.to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("http/1.1 ") {
            status = rest.get(..3).and_then(|digits| digits.parse().ok()).unwrap_or(0);
        } else if let Some(rest) = lower.strip_prefix("content-length:") {
            length = rest.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reply.read_exact(&mut body)?;
    Ok((status, body))
}
