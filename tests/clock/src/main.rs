//! A phone for one SOS: `phone CONFIG FOLDER DELIVER_MS` presses until there is one, delivers for at most so long, and prints
//! its incident as JSON.

use std::error::Error;

use siaga::{Config, Ports, PressAnswer, Siaga, Source};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(config), Some(folder), Some(deliver_ms)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: phone CONFIG FOLDER DELIVER_MS".into());
    };
    let config = Config::from_json(&std::fs::read_to_string(config)?)?;
    let siaga = Siaga::open(folder, &config, Ports::system()?)?;
    let incident = loop {
        if let PressAnswer::Triggered { incident } = siaga.press(Source::Keyboard)? {
            break incident;
        }
    };
    let _ = siaga.drain(deliver_ms.parse()?)?;
    println!("{}", serde_json::to_string(&siaga.snapshot().incident(incident))?);
    Ok(())
}
