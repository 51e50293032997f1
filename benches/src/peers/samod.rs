//! samod over TCP, with files on both sides: `server|client FOLDER WORKLOAD [PORT]`, in a process of its own. It gets
//! the very changes that ours gets. It has no list of documents, so the client is told their ids.

use crate::child::say;
use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use samod::storage::TokioFilesystemStorage;
use samod::{BackoffConfig, DialerHandle, DocHandle, DocumentId, Repo, ShareConfig, Transport, Url};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// The part of a child that is one end of it.
pub const PART: &str = "samod";
/// Documents that are asked for at once.
const AT_ONCE: usize = 500;
/// The file in which the server tells the client the ids that samod gave.
const IDS: &str = "samod-ids";
const GLANCE: Duration = Duration::from_millis(2);

/// Documents in hand by the workload's ids.
type Handles = HashMap<String, DocHandle>;

/// In the child: does what the line says.
pub async fn run(part: &[String]) -> Result<()> {
    match part {
        [role, folder, workload] if role == "server" => serve(folder.as_ref(), workload.as_ref()).await,
        [role, folder, workload, port] if role == "client" => {
            follow(folder.as_ref(), workload.as_ref(), port.parse()?).await
        }
        other => bail!("samod cannot do {other:?}"),
    }
}

/// Only who knows a document's id gets it from a server, as with the sync servers of automerge-repo; a client asks for
/// what it does not have only when it announces what it has.
async fn repo(folder: &Path, announces: bool) -> Repo {
    let policy = ShareConfig::read_write().with_announce(announces);
    let storage = TokioFilesystemStorage::new(folder);
    Repo::build_tokio().with_storage(storage).with_share_policy(policy).load().await
}

async fn serve(folder: &Path, workload: &Path) -> Result<()> {
    let repo = repo(folder, false).await;
    let (mut handles, mut ids) = (Handles::new(), HashMap::new());
    let empty = repo.create(Default::default()).await?.with_document(|document| like(document));
    for record in records(&workload.join("documents.ndjson"))? {
        let record = record?;
        let (id, mut document) = (id(&record)?, empty.clone());
        ensure!(document.load_incremental(&changes(&record)?).is_ok(), "a document was not taken");
        let handle = repo.create(document).await?;
        ids.insert(id.clone(), handle.document_id().to_string());
        handles.insert(id, handle);
    }
    std::fs::write(workload.join(IDS), serde_json::to_vec(&ids)?)?;
    let up = all(&workload.join("up.ndjson"))?;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    let acceptor = repo.make_acceptor(Url::parse(&format!("tcp://127.0.0.1:{port}"))?)?;
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            drop(acceptor.accept(Transport::from_tokio_io(socket)));
        }
    });
    say(&json!({"port": port}).to_string());
    while let Some(word) = heard().await? {
        match word.as_str() {
            "change" => change(&handles, &all(&workload.join("down.ndjson"))?)?,
            "arrived" => arrived(&handles, &up).await?,
            other => bail!("a server cannot {other}"),
        }
        say("{}");
    }
    Ok(())
}

async fn follow(folder: &Path, workload: &Path, port: u16) -> Result<()> {
    let repo = repo(folder, true).await;
    let ids: HashMap<String, String> = serde_json::from_reader(File::open(workload.join(IDS))?)?;
    let [up, down] = ["up", "down"].map(|name| all(&workload.join(format!("{name}.ndjson"))));
    let (up, down) = (up?, down?);
    let mut handles = Handles::new();
    let mut dialer = Some(dial(&repo, port).await?);
    say("{}");
    while let Some(word) = heard().await? {
        match word.as_str() {
            "first" => handles = find(&repo, &ids).await?,
            "offline" => {
                dialer.take().context("not connected")?.close();
                change(&handles, &up)?;
            }
            "weeks" => {
                dialer = Some(dial(&repo, port).await?);
                arrived(&handles, &down).await?;
            }
            other => bail!("a client cannot {other}"),
        }
        say(&json!({"documents": handles.len()}).to_string());
    }
    Ok(())
}

async fn dial(repo: &Repo, port: u16) -> Result<DialerHandle<std::convert::Infallible>> {
    let dialer = samod::tokio_io::TcpDialer::new_host_port("127.0.0.1".to_owned(), port);
    let handle = repo.dial(BackoffConfig::default(), std::sync::Arc::new(dialer))?;
    handle.established().await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    Ok(handle)
}

async fn find(repo: &Repo, ids: &HashMap<String, String>) -> Result<Handles> {
    let (mut handles, mut asked) = (Handles::new(), JoinSet::new());
    for (id, name) in ids {
        if asked.len() == AT_ONCE {
            keep(&mut handles, asked.join_next().await)?;
        }
        let (id, found) = (id.clone(), repo.find(name.parse::<DocumentId>()?));
        asked.spawn(async move { (id, found.await) });
    }
    while let Some(found) = asked.join_next().await {
        keep(&mut handles, Some(found))?;
    }
    Ok(handles)
}

type Found = Result<(String, Result<Option<DocHandle>, samod::Stopped>), tokio::task::JoinError>;

fn keep(handles: &mut Handles, found: Option<Found>) -> Result<()> {
    let (id, handle) = found.context("nothing was asked for")??;
    handles.insert(id, handle?.context("a document was not found")?);
    Ok(())
}

fn change(handles: &Handles, records: &[Value]) -> Result<()> {
    for record in records {
        let bytes = STANDARD.decode(record["change"].as_str().context("no change")?)?;
        let loaded = handle(handles, record)?.with_document(|document| document.load_incremental(&bytes));
        ensure!(loaded.is_ok(), "a change was not taken");
    }
    Ok(())
}

/// Waits until each of these changes is the newest of its document, or one of them.
async fn arrived(handles: &Handles, records: &[Value]) -> Result<()> {
    for record in records {
        let (handle, hash) = (handle(handles, record)?, record["hash"].as_str().context("no hash")?);
        let has =
            || handle.with_document(|document| document.get_heads()).iter().any(|h| h.to_string() == hash);
        while !has() {
            tokio::time::sleep(GLANCE).await;
        }
    }
    Ok(())
}

/// An empty document of the type that the library has.
fn like<D: Default>(_: &D) -> D {
    D::default()
}

fn handle<'a>(handles: &'a Handles, record: &Value) -> Result<&'a DocHandle> {
    handles.get(&id(record)?).context("a document is not in hand")
}

fn id(record: &Value) -> Result<String> {
    Ok(record["id"].as_str().context("a record has no id")?.to_owned())
}

fn changes(record: &Value) -> Result<Vec<u8>> {
    let changes = record["changes"].as_array().context("a record has no changes")?;
    let decoded = changes.iter().map(|change| Ok(STANDARD.decode(change.as_str().context("no change")?)?));
    Ok(decoded.collect::<Result<Vec<_>>>()?.concat())
}

fn records(file: &PathBuf) -> Result<impl Iterator<Item = Result<Value>>> {
    Ok(BufReader::new(File::open(file)?).lines().map(|line| Ok(serde_json::from_str(&line?)?)))
}

fn all(file: &PathBuf) -> Result<Vec<Value>> {
    records(file)?.collect()
}

async fn heard() -> Result<Option<String>> {
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|bytes| (bytes > 0).then_some(line))
    });
    Ok(line.await??.map(|line| line.trim().to_owned()))
}
