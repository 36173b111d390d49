//! `--serve`: the centre stays up.

use crate::fault::Fault;
use crate::stage::Stage;

/// Says where everything is, and waits for Ctrl-C. Standard output belongs to the report when that is JSON.
pub(crate) fn serve(stage: &Stage, on_stderr: bool) -> Result<(), Fault> {
    let page = stage.centre.page_addr().map_or_else(|| "nowhere".to_owned(), |address| format!("http://{address}/"));
    let text = format!(
        "\nThe centre stays up until Ctrl-C.\n\
         The dispatcher's page:  {page}\n\
         A citizen for it (space bar: SOS):\n  \
         cargo run -p siaga-citizen -- --config {} --folder {} run",
        stage.config_file().display(),
        stage.citizen_folder().display()
    );
    if on_stderr {
        eprintln!("{text}");
    } else {
        println!("{text}");
    }
    let signals = signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM]);
    let _ = signals.map_err(Fault::system("waiting for Ctrl-C"))?.forever().next();
    Ok(())
}
