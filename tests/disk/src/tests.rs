//! SQLite on such a disk keeps what it says, and the disk loses what it may.

use super::*;
use rusqlite::Connection;
use std::path::PathBuf;

/// A machine of this number, without anything.
fn machine(number: u32) -> (PathBuf, Disk) {
    install();
    let folder = PathBuf::from(format!("/nowhere/{number}"));
    let disk = Disk::of(&folder);
    (folder.join("test.db"), disk)
}

fn open(path: &Path, synchronous: &str) -> rusqlite::Result<Connection> {
    let db = Connection::open(path)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", synchronous)?;
    db.execute_batch("CREATE TABLE IF NOT EXISTS line (n INTEGER PRIMARY KEY, text TEXT)")?;
    Ok(db)
}

fn write(db: &Connection, n: i64) -> rusqlite::Result<usize> {
    db.execute("INSERT INTO line VALUES (?1, hex(zeroblob(2000)))", [n])
}

fn lines(db: &Connection) -> Vec<i64> {
    db.query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .map(|ok: String| assert_eq!(ok, "ok"))
        .unwrap();
    let mut select = db.prepare("SELECT n FROM line ORDER BY n").unwrap();
    select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Writes until the power goes; what was said to be written is there afterwards, and nothing is torn.
fn written_and_found(number: u32, synchronous: &str, (operations, loss): (u64, Loss)) -> (i64, Vec<i64>) {
    let (path, disk) = machine(number);
    drop(open(&path, synchronous).unwrap());
    disk.cut_after(operations, loss);
    let db = open(&path, synchronous);
    let wrote = |n: &i64| db.as_ref().is_ok_and(|db| write(db, *n).is_ok());
    let written = (1..=40).take_while(wrote).last().unwrap_or_default();
    // Before it is closed: closing would sync.
    disk.cut(loss);
    drop(db);
    disk.restart();
    let found = lines(&open(&path, synchronous).unwrap());
    Disk::forget(path.parent().unwrap());
    (written, found)
}

#[test]
fn what_sqlite_has_committed_survives_a_power_cut_at_any_operation() {
    for operations in 0..400 {
        let loss = [Loss::Nothing, Loss::Everything, Loss::Some(operations)][(operations % 3) as usize];
        let (written, found) = written_and_found(1, "FULL", (operations, loss));
        let kept: Vec<_> = (1..=written).collect();
        let one_more: Vec<_> = (1..=written + 1).collect();
        assert!(
            found == kept || found == one_more,
            "{operations} {loss:?}: {written} written, {found:?} found"
        );
    }
}

#[test]
fn what_is_not_synced_is_lost() {
    let (written, found) = written_and_found(2, "NORMAL", (u64::MAX, Loss::Everything));
    assert_eq!((written, found), (40, Vec::new()));
}

#[test]
fn a_program_that_is_killed_loses_nothing_that_it_wrote() {
    let (written, found) = written_and_found(3, "NORMAL", (u64::MAX, Loss::Nothing));
    assert_eq!((written, found.len()), (40, 40));
}

#[test]
fn a_machine_without_power_does_nothing_and_what_was_open_stays_dead() {
    let (path, disk) = machine(4);
    let db = open(&path, "FULL").unwrap();
    disk.cut(Loss::Everything);
    assert!(write(&db, 1).is_err() && open(&path, "FULL").is_err());
    disk.restart();
    assert!(write(&db, 1).is_err());
    assert_eq!(lines(&open(&path, "FULL").unwrap()), []);
}

#[test]
fn a_full_disk_refuses_and_takes_again_when_there_is_room() {
    let (path, disk) = machine(5);
    let db = open(&path, "FULL").unwrap();
    disk.leave_room(10_000);
    let error = (1..100).find_map(|n| write(&db, n).err()).unwrap();
    assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
    disk.heal();
    write(&db, 1000).unwrap();
    assert!(lines(&db).contains(&1000));
}

#[test]
fn a_failure_is_told_once_and_leaves_no_trace() {
    let (path, disk) = machine(6);
    let db = open(&path, "FULL").unwrap();
    disk.fail_after(2);
    assert!(write(&db, 1).is_err());
    write(&db, 2).unwrap();
    assert_eq!(lines(&db), [2]);
}

#[test]
fn connections_wait_for_each_other_and_see_what_was_committed() {
    let (path, _) = machine(7);
    let (one, other) = (open(&path, "FULL").unwrap(), open(&path, "FULL").unwrap());
    other.busy_timeout(std::time::Duration::ZERO).unwrap();
    one.execute_batch("BEGIN IMMEDIATE").unwrap();
    write(&one, 1).unwrap();
    assert_eq!(lines(&other), []);
    assert_eq!(write(&other, 2).unwrap_err().sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
    one.execute_batch("COMMIT").unwrap();
    write(&other, 2).unwrap();
    assert_eq!((lines(&one), lines(&other)), (vec![1, 2], vec![1, 2]));
}

#[test]
fn a_copy_goes_its_own_way() {
    let (path, disk) = machine(8);
    let db = open(&path, "FULL").unwrap();
    write(&db, 1).unwrap();
    let (copied, _) = machine(9);
    disk.copy_to(copied.parent().unwrap());
    write(&db, 2).unwrap();
    assert_eq!(lines(&open(&copied, "FULL").unwrap()), [1]);
    assert_eq!(lines(&db), [1, 2]);
}

#[test]
fn a_flipped_bit_is_on_the_disk() {
    let (path, disk) = machine(10);
    let db = open(&path, "FULL").unwrap();
    write(&db, 1).unwrap();
    drop(db);
    let whole = |disk: &Disk| disk.pieces().remove(0).bytes;
    let before = whole(&disk);
    disk.flip("test.db", 0.5);
    let differ = before.iter().zip(whole(&disk)).filter(|(before, after)| **before != *after).count();
    assert_eq!(differ, 1);
}
