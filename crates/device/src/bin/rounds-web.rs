//! `rounds-web`: reads the command line, opens the device, serves it on the loopback.

use anyhow::{Context, Result};
use clap::Parser;
use contract::session::{SignIn, Unlock};
use device::web::Shell;
use device::{Chance, Device, HttpTransport, Options, SystemClock, Vault};
use std::future::IntoFuture;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Rounds without a window: open the printed address in a browser.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Folder of the encrypted data.
    #[arg(long, env = "ROUNDS_DEVICE_DATA")]
    data: PathBuf,
    /// Address of the server.
    #[arg(long, env = "ROUNDS_SERVER")]
    server: String,
    /// Port on the loopback; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Folder of the built screens.
    #[arg(long, env = "ROUNDS_UI")]
    ui: PathBuf,
    /// File with the passphrase of the data; asks in the app otherwise. Turns the keychain off.
    #[arg(long)]
    passphrase_file: Option<PathBuf>,
    /// Signs this user in as soon as the data is unlocked, if nobody ever was.
    #[arg(long, requires = "password_file")]
    user: Option<String>,
    /// File with that user's password.
    #[arg(long, requires = "user")]
    password_file: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let device = open(&arguments)?;
    if let Some(file) = &arguments.passphrase_file {
        device.unlock(Unlock { passphrase: first_line(file)? }).await?;
    }
    if let (Some(user), Some(file)) = (&arguments.user, &arguments.password_file) {
        let (device, first) = (device.clone(), SignIn { user: user.clone(), password: first_line(file)? });
        tokio::spawn(async move { device.welcome(first).await });
    }
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await.context("the port is taken")?;
    let token = Chance::of_the_machine().bytes::<24>().map(|byte| format!("{byte:02x}")).concat();
    let shell = Shell {
        device: device.clone(),
        token: token.into(),
        address: listener.local_addr()?,
        screens: arguments.ui,
    };
    announce(&shell);
    // Everything that was answered is on the disk, so the program may end at any moment.
    tokio::select! {
        served = axum::serve(listener, shell.router()).into_future() => served?,
        () = device.keep_in_sync() => {}
        stopped = tokio::signal::ctrl_c() => stopped?,
    }
    Ok(())
}

fn open(arguments: &Arguments) -> Result<Device> {
    let transport = Arc::new(HttpTransport::new(&arguments.server)?);
    let vault = match arguments.passphrase_file {
        Some(_) => Vault::Passphrase,
        None => Vault::Keychain,
    };
    let options = Options { data: arguments.data.clone(), vault, can_go_offline: true };
    Ok(Device::new(options, transport, Arc::new(SystemClock), Chance::of_the_machine()))
}

fn first_line(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

#[allow(clippy::print_stdout, reason = "the address is what people start this program for")]
fn announce(shell: &Shell) {
    println!("Rounds is open at {}", shell.url());
}
