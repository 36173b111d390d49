//! The `centre` program.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use siaga_centre::{Centre, CentreError, CentreOptions, Limits, TlsIdentity, make_test_certificate};

const AFTER_HELP: &str = "\
Examples:
  centre --tls-self-signed                     try it on this machine
  centre --data /srv/siaga --centre-id polda-jateng --listen 0.0.0.0:8443 \\
         --tls-cert chain.pem --tls-key key.pem

Exit codes:
  0  stopped by a signal (Ctrl-C or SIGTERM), everything answered
  1  could not start: the data folder, an address or the certificate cannot be used
  2  wrong usage";

/// A reference dispatch centre for Siaga: takes SOS and reports from phones, signs a receipt for each,
/// and shows them on a page on this machine.
#[derive(Parser)]
#[command(name = "centre", version, after_help = AFTER_HELP)]
struct Arguments {
    /// Folder for the database, the keys and the files of incidents; made when it is not there
    #[arg(long, value_name = "FOLDER", default_value = "centre-data")]
    data: PathBuf,

    /// Name of this centre, as it stands in every receipt and in the phones' configuration
    #[arg(long, value_name = "NAME", default_value = "centre")]
    centre_id: String,

    /// Address where phones are served
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8443")]
    listen: SocketAddr,

    /// Address of the dispatcher's page (plain HTTP without login: loopback addresses only)
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8080")]
    page: SocketAddr,

    /// Certificate chain, leaf first (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "tls_self_signed")]
    tls_cert: Option<PathBuf>,

    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// Make a certificate for localhost and the listening address, valid for 90 days, and write its authority to
    /// test-ca.pem in the data folder: phones that trust that file can be tried against this centre
    #[arg(long)]
    tls_self_signed: bool,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("centre: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), CentreError> {
    let tls = identity(&arguments)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let centre = Centre::start(CentreOptions {
        data_dir: arguments.data,
        centre_id: arguments.centre_id,
        listen: arguments.listen,
        page: Some(arguments.page),
        tls,
        limits: Limits::default(),
    })?;
    println!("centre    {}", centre.centre_id());
    println!("phones    {scheme}://{}", centre.api_addr());
    if let Some(page) = centre.page_addr() {
        println!("page      http://{page}");
    }
    println!("root key  {}", centre.root_key().to_base64url());
    if scheme == "http" {
        println!(
            "Phones are served without TLS: put a TLS proxy in front, or start with --tls-cert or --tls-self-signed."
        );
    }
    wait_for_signal()?;
    println!("stopping");
    centre.stop();
    Ok(())
}

fn identity(arguments: &Arguments) -> Result<Option<TlsIdentity>, CentreError> {
    if let (Some(cert), Some(key)) = (&arguments.tls_cert, &arguments.tls_key) {
        return Ok(Some(TlsIdentity { cert_chain_pem: read(cert)?, key_pem: read(key)? }));
    }
    if !arguments.tls_self_signed {
        return Ok(None);
    }
    let address = arguments.listen.ip().to_string();
    let (ca_pem, identity) = make_test_certificate(&["localhost", "127.0.0.1", &address], 90)?;
    let path = arguments.data.join("test-ca.pem");
    let written = std::fs::create_dir_all(&arguments.data).and_then(|()| std::fs::write(&path, ca_pem));
    written.map_err(|source| CentreError::File { path: path.clone(), source })?;
    println!("authority {}", path.display());
    Ok(Some(identity))
}

fn read(path: &Path) -> Result<String, CentreError> {
    std::fs::read_to_string(path).map_err(|source| CentreError::File { path: path.to_owned(), source })
}

/// Returns at Ctrl-C, or on Unix at SIGTERM, which is what service managers send.
fn wait_for_signal() -> Result<(), CentreError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CentreError::Thread)?;
    runtime
        .block_on(async {
            #[cfg(unix)]
            {
                let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
                tokio::select! {
                    interrupted = tokio::signal::ctrl_c() => interrupted,
                    _ = terminated.recv() => Ok(()),
                }
            }
            #[cfg(not(unix))]
            tokio::signal::ctrl_c().await
        })
        .map_err(CentreError::Thread)
}
