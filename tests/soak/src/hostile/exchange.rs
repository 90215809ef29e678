//! One connection of the hostile client: what it sends, how, and what comes back.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{sleep, timeout};

use super::judge::Expected;

/// So long may a server be silent that owes an answer.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Script {
    pub(crate) steps: Vec<Step>,
    pub(crate) end: End,
    /// Of the answers, in their order. Where there are more, the last goes on.
    pub(crate) expected: Vec<Expected>,
}

pub(crate) enum Step {
    Send(Vec<u8>),
    /// Byte by byte, with a pause after each.
    Drip(Vec<u8>, Duration),
}

pub(crate) enum End {
    /// The server closes the connection: the last request asks it to, or is malformed.
    Read,
    /// The client cuts it, so long after all is sent.
    CutAfter(Duration, How),
    /// The client cuts it, once it has so many bytes.
    CutAt(usize, How),
}

#[derive(Clone, Copy)]
pub(crate) enum How {
    Close,
    Reset,
}

/// What the client saw.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) answers: Vec<Answer>,
    pub(crate) ended: Ended,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) allow_origin: Vec<Vec<u8>>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    ByServer,
    ByClient,
    /// The server neither answered nor closed.
    Silent,
    /// The bytes that came are not HTTP.
    Garbled,
}

/// Fails only if there is no connection.
pub(crate) async fn run(port: u16, script: &Script) -> io::Result<Outcome> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.set_nodelay(true)?;
    let (reader, writer) = stream.split();
    let mut received = Vec::new();
    let ended = match script.end {
        End::Read => {
            // At the same time: a server that refuses answers before it has all.
            let (ended, ()) = tokio::join!(receive(reader, &mut received, usize::MAX), send(writer, script));
            ended
        }
        End::CutAt(most, _) => {
            let (ended, ()) = tokio::join!(receive(reader, &mut received, most), send(writer, script));
            ended
        }
        End::CutAfter(pause, _) => {
            send(writer, script).await;
            sleep(pause).await;
            Ended::ByClient
        }
    };
    // A reset leaves no port waiting.
    if !matches!(script.end, End::CutAfter(_, How::Close) | End::CutAt(_, How::Close)) {
        SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
    }
    let (answers, is_readable) = parse(&received);
    let ended = if is_readable { ended } else { Ended::Garbled };
    Ok(Outcome { answers, ended })
}

/// As far as the server takes it.
async fn send(mut writer: WriteHalf<'_>, script: &Script) {
    for step in &script.steps {
        match step {
            Step::Send(bytes) => {
                if writer.write_all(bytes).await.is_err() {
                    return;
                }
            }
            Step::Drip(bytes, pause) => {
                for byte in bytes {
                    if writer.write_all(&[*byte]).await.is_err() {
                        return;
                    }
                    sleep(*pause).await;
                }
            }
        }
    }
}

async fn receive(mut reader: ReadHalf<'_>, received: &mut Vec<u8>, most: usize) -> Ended {
    while received.len() < most {
        match timeout(PATIENCE, reader.read_buf(received)).await {
            Ok(Ok(0) | Err(_)) => return Ended::ByServer,
            Ok(Ok(_)) => {}
            Err(_) => return Ended::Silent,
        }
    }
    Ended::ByClient
}

/// All answers, and whether nothing else was there. The body of the last may be cut.
fn parse(mut received: &[u8]) -> (Vec<Answer>, bool) {
    let mut answers = Vec::new();
    while !received.is_empty() {
        let mut fields = [httparse::EMPTY_HEADER; 128];
        let mut head = httparse::Response::new(&mut fields);
        let Ok(httparse::Status::Complete(length)) = head.parse(received) else {
            return (answers, false);
        };
        let values = |name: &'static str| {
            head.headers
                .iter()
                .filter(move |field| field.name.eq_ignore_ascii_case(name))
                .map(|field| field.value)
        };
        let status = head.code.unwrap_or(0);
        let body = match values("content-length").next().map(std::str::from_utf8) {
            Some(Ok(length)) => length.parse().unwrap_or(usize::MAX),
            // Interim answers and 204 have none; what is chunked is the last.
            _ if status < 200 || status == 204 => 0,
            _ => usize::MAX,
        };
        let allow_origin = values("access-control-allow-origin").map(<[u8]>::to_vec).collect();
        answers.push(Answer { status, allow_origin });
        received = received[length..].get(body..).unwrap_or_default();
    }
    (answers, true)
}
