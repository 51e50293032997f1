//! Several hosts in one address: all are asked at once, and the first that can be written is taken. Asked one after the
//! other, as libpq does, a machine that is switched off, or that takes a connection and then says nothing, would use up
//! the whole patience of whoever waits, and the next host would never be asked.

use deadpool_postgres::Connect;
use futures_util::future::select_ok;
use std::net::IpAddr;
use std::pin::Pin;
use tokio::task::JoinHandle;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Connects to the host that can be written.
pub struct Hosts {
    /// How TLS is spoken.
    pub tls: MakeRustlsConnect,
}

type Connected<'a> = Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + 'a>>;

impl Connect for Hosts {
    fn connect(&self, address: &Config) -> Connected<'_> {
        let tls = self.tls.clone();
        let hosts = each(address);
        Box::pin(async move {
            let asked = hosts.into_iter().map(|host| Box::pin(alone(host, tls.clone())));
            // The others are hung up on.
            select_ok(asked).await.map(|(first, _others)| first)
        })
    }
}

async fn alone(host: Config, tls: MakeRustlsConnect) -> Result<(Client, JoinHandle<()>), Error> {
    let (client, connection) = host.connect(tls).await?;
    let talking = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(%error, "a connection to the database broke");
        }
    });
    Ok((client, talking))
}

/// The address, once for each of its hosts. One that names none, or as many ports as make no sense, stays as it is: it
/// is refused when it is used.
fn each(address: &Config) -> Vec<Config> {
    let (hosts, machines, ports) = (address.get_hosts(), address.get_hostaddrs(), address.get_ports());
    let count = hosts.len().max(machines.len());
    let makes_sense = (ports.len() <= 1 || ports.len() == count)
        && (hosts.is_empty() || machines.is_empty() || hosts.len() == machines.len());
    if count < 2 || !makes_sense {
        return vec![address.clone()];
    }
    (0..count)
        .map(|n| {
            let port = ports.get(n).or(ports.first()).copied();
            only(address, (hosts.get(n), machines.get(n), port))
        })
        .collect()
}

/// All that an address says, but of one host.
fn only(address: &Config, (host, machine, port): (Option<&Host>, Option<&IpAddr>, Option<u16>)) -> Config {
    let mut one = Config::new();
    match host {
        Some(Host::Tcp(name)) => drop(one.host(name)),
        #[cfg(unix)]
        Some(Host::Unix(folder)) => drop(one.host_path(folder)),
        None => {}
    }
    machine.map(|machine| one.hostaddr(*machine));
    port.map(|port| one.port(port));
    address.get_user().map(|user| one.user(user));
    address.get_password().map(|password| one.password(password));
    address.get_dbname().map(|name| one.dbname(name));
    address.get_options().map(|options| one.options(options));
    address.get_application_name().map(|name| one.application_name(name));
    address.get_connect_timeout().map(|time| one.connect_timeout(*time));
    address.get_tcp_user_timeout().map(|time| one.tcp_user_timeout(*time));
    address.get_keepalives_interval().map(|time| one.keepalives_interval(time));
    address.get_keepalives_retries().map(|count| one.keepalives_retries(count));
    one.keepalives(address.get_keepalives())
        .keepalives_idle(address.get_keepalives_idle())
        .ssl_mode(address.get_ssl_mode())
        .ssl_negotiation(address.get_ssl_negotiation())
        .channel_binding(address.get_channel_binding())
        .target_session_attrs(address.get_target_session_attrs());
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Vec<Config> {
        each(&address.parse().unwrap())
    }

    #[test]
    fn each_host_is_asked_with_its_port_and_all_that_the_address_says() {
        let rest = "rounds?sslmode=require&keepalives_retries=3&channel_binding=require";
        let all = of(&format!("postgres://jan:secret@a:1,b:2,c:3/{rest}"));
        let alone = ["a:1", "b:2", "c:3"].map(|host| format!("postgres://jan:secret@{host}/{rest}"));
        assert_eq!(all, alone.map(|address| address.parse::<Config>().unwrap()));
        let one_port = of("host=a,b hostaddr=10.0.0.1,10.0.0.2 port=7 user=jan");
        assert_eq!(one_port[1], "host=b hostaddr=10.0.0.2 port=7 user=jan".parse().unwrap());
    }

    #[test]
    fn an_address_of_one_host_or_without_sense_stays_as_it_is() {
        for address in ["postgres://a:1/rounds", "host=a,b,c port=1,2", "user=jan"] {
            assert_eq!(of(address), [address.parse::<Config>().unwrap()]);
        }
    }
}
