//! Ports: which are free, and when a server behind one answers.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::watch::Watch;

const PATIENCE: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_millis(100);

/// Refuses a port that another program holds, before minutes of building.
pub fn free_port(port: u16) -> Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("port {port} is not free: choose another with --port"))?;
    Ok(port)
}

/// Waits until the server says that it is healthy. Ends early when it ends.
pub fn wait(port: u16, watch: &mut Watch) -> Result<()> {
    let start = Instant::now();
    while !healthy(port).unwrap_or(false) {
        watch.pause(TICK)?;
        if start.elapsed() > PATIENCE {
            bail!("the server did not answer on port {port} within {} s", PATIENCE.as_secs());
        }
    }
    Ok(())
}

fn healthy(port: u16) -> Result<bool> {
    let mut stream = TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port).into(), TICK)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // In one piece: a server that answers after the first line would close on the rest.
    let request = format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.lines().next().is_some_and(|status| status.contains(" 200")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_refused_with_the_way_out() {
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = holder.local_addr().unwrap().port();
        assert!(free_port(port).unwrap_err().to_string().contains("--port"));
    }

    #[test]
    fn only_a_200_counts_as_healthy() {
        for (status, expected) in [("200 OK", true), ("503 Service Unavailable", false)] {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 512];
                assert!(stream.read(&mut request).unwrap() > 0);
                write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").unwrap();
            });
            assert_eq!(healthy(port).unwrap(), expected);
            server.join().unwrap();
        }
    }
}
