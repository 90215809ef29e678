//! `cors-why`: says what a browser does with a request, why, and what fixes it.

mod answer;
mod arguments;
mod audit;
mod canned;
mod connection;
mod failure;
mod first_bytes;
mod print;
mod question;
mod transport;

use std::process::ExitCode;

use answer::{Answer, Outcome};
use arguments::{Arguments, Command, Common};
use clap::Parser;
use http::HeaderName;
use print::{print, print_json};

fn main() -> ExitCode {
    // A wrong argument ends the program here, with status 2.
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(run(arguments));
            // A look-up of a name may still be under way.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => {
            let answer = Answer::not_asked(format!("this system can't run it: {error}"));
            print(Outcome::NotAsked, answer.text(&[]));
            Outcome::NotAsked
        }
    };
    ExitCode::from(match outcome {
        Outcome::Allowed | Outcome::DryRun => 0,
        Outcome::Blocked => 1,
        Outcome::NotAsked => 2,
    })
}

async fn run(arguments: Arguments) -> Outcome {
    let Common { json, .. } = arguments.common;
    let limit = arguments.common.limit();
    match (arguments.command, arguments.question) {
        (Some(Command::Audit(audit)), _) => match audit.run(limit).await {
            Ok(audited) => {
                if json {
                    print_json(&audited.json());
                } else {
                    print(audited.outcome(), audited.text());
                }
                audited.outcome()
            }
            Err(answer) => finish(&answer, &[], json),
        },
        (None, Some(question)) => {
            let answer = question.ask(limit).await;
            let given: Vec<HeaderName> =
                question.headers.into_iter().map(|(name, _)| name).collect();
            finish(&answer, &given, json)
        }
        // clap asks for arguments before this.
        (None, None) => finish(&Answer::not_asked("there is no question"), &[], json),
    }
}

fn finish(answer: &Answer, given: &[HeaderName], json: bool) -> Outcome {
    if json {
        print_json(&answer.json(given));
    } else {
        print(answer.outcome, answer.text(given));
    }
    answer.outcome
}
