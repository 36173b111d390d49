//! A server that is none: it reads one request head, writes fixed bytes, and hangs up.

use std::io::{Read, Write};
use std::net::TcpListener;

/// Serves one connection; gives the origin for plain http.
pub(crate) fn raw(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
            head.push(byte[0]);
        }
        stream.write_all(answer).unwrap();
    });
    format!("http://{address}")
}
