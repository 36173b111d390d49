//! A line that damages what it carries: something between phone and centre ends TLS, and has bad memory.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What the line has done, and is about to do.
#[derive(Default)]
pub(crate) struct Damage {
    /// How many parts it will damage yet.
    left: AtomicUsize,
    /// How many parts passed with their hash, damaged or not.
    pub(crate) checked: AtomicUsize,
    /// How many answers were 460.
    pub(crate) refused: AtomicUsize,
}

impl Damage {
    /// Of so many parts a byte will change on its way.
    pub(crate) fn of(parts: usize) -> Arc<Self> {
        Arc::new(Self { left: AtomicUsize::new(parts), ..Self::default() })
    }

    /// A line to this address. It is there until the process ends.
    pub(crate) fn line_to(self: &Arc<Self>, upstream: SocketAddr) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let damage = Arc::clone(self);
        thread::spawn(move || {
            for phone in listener.incoming().map_while(Result::ok) {
                let Ok(centre) = TcpStream::connect(upstream) else { continue };
                let (there, back) = (Arc::clone(&damage), Arc::clone(&damage));
                let (from, to) = (centre.try_clone().unwrap(), phone.try_clone().unwrap());
                // Either end may go away at any time: the other one hears of it.
                thread::spawn(move || _ = there.carry(phone, &centre).map(|()| centre.shutdown(Shutdown::Write)));
                thread::spawn(move || _ = back.bring_back(from, &to).map(|()| to.shutdown(Shutdown::Write)));
            }
        });
        address
    }

    /// Carries requests, one after the other.
    fn carry(&self, phone: TcpStream, mut centre: &TcpStream) -> io::Result<()> {
        let mut phone = BufReader::new(phone);
        loop {
            let head = head_of(&mut phone)?;
            if head.is_empty() {
                return Ok(());
            }
            centre.write_all(head.as_bytes())?;
            let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            let bytes = value("content-length").map_or(0, |length| length.parse().unwrap());
            let mut body = vec![0; bytes];
            phone.read_exact(&mut body)?;
            if value("upload-checksum").is_some() {
                self.checked.fetch_add(1, Ordering::Relaxed);
                let one_less = |left: usize| left.checked_sub(1);
                if self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok() {
                    body[bytes / 2] ^= 1;
                }
            }
            centre.write_all(&body)?;
        }
    }

    fn bring_back(&self, centre: TcpStream, mut phone: &TcpStream) -> io::Result<()> {
        let mut centre = BufReader::new(centre);
        loop {
            let head = head_of(&mut centre)?;
            if head.is_empty() {
                return Ok(());
            }
            self.refused.fetch_add(usize::from(head.starts_with("HTTP/1.1 460 ")), Ordering::Relaxed);
            phone.write_all(head.as_bytes())?;
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let mut body = centre.by_ref().take(length.map_or(0, |length| length.parse().unwrap()));
            let _ = io::copy(&mut body, &mut phone)?;
        }
    }
}

/// All lines of a head, with the empty one; nothing when the connection has ended.
fn head_of(from: &mut impl BufRead) -> io::Result<String> {
    let mut head = String::new();
    while from.read_line(&mut head)? > 0 && !head.ends_with("\r\n\r\n") {}
    Ok(head)
}
