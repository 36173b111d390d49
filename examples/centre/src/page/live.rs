//! Server-sent events: "something changed". What, the page fetches itself.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use tokio::sync::broadcast::error::RecvError;

use super::Page;

/// `GET /news`: one event for each change, until the centre stops.
pub(super) async fn news(State(page): State<Page>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let listening = (page.desk.listen(), page.stopped);
    let changes = unfold(listening, |(mut news, mut stopped)| async move {
        let heard = tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return None,
            heard = news.recv() => heard,
        };
        match heard {
            // Missed some: the page looks at everything anyway.
            Ok(_) | Err(RecvError::Lagged(_)) => Some((Ok(Event::default().data("changed")), (news, stopped))),
            Err(RecvError::Closed) => None,
        }
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}
