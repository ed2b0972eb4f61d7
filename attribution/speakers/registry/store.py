"""The registry in its file: builds it from annotated articles, keeps what people decided, answers queries.

::

    with Registry.open("speakers.sqlite") as registry:
        registry.build(articles)                      # the same articles twice change nothing
        registry.merge(3, 17, note="married name")    # holds for every batch to come
        registry.query("Khafaji")

An *observation* is one speaker of one article with all the article says; an *identity* is what the registry holds
for one and the same. What people decide (merge, split, pin) is kept apart from what was found and applied first.
"""

from __future__ import annotations

import csv
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from attribution.errors import InputError
from attribution.evaluation.names import normalised
from attribution.schema import AnnotatedArticle, Speaker
from attribution.speakers.registry.identity import Profile, compare, name_keys

_TABLES = """
CREATE TABLE IF NOT EXISTS identity (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, kind TEXT NOT NULL, wikidata TEXT,
  imported INTEGER NOT NULL DEFAULT 0, merged_into INTEGER REFERENCES identity, note TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS name_key (
  key TEXT NOT NULL, identity INTEGER NOT NULL REFERENCES identity, UNIQUE (key, identity));
CREATE TABLE IF NOT EXISTS article (
  id TEXT PRIMARY KEY, digest TEXT NOT NULL, outlet TEXT, published TEXT, url TEXT, title TEXT, release TEXT);
CREATE TABLE IF NOT EXISTS observation (
  id INTEGER PRIMARY KEY AUTOINCREMENT, article TEXT NOT NULL REFERENCES article, speaker TEXT NOT NULL,
  name TEXT NOT NULL, kind TEXT NOT NULL, confidence REAL, identity INTEGER NOT NULL REFERENCES identity,
  reason TEXT NOT NULL, UNIQUE (article, speaker));
CREATE TABLE IF NOT EXISTS alias (
  identity INTEGER, observation INTEGER, text TEXT NOT NULL, UNIQUE (identity, observation, text));
CREATE TABLE IF NOT EXISTS fact (
  identity INTEGER, observation INTEGER, kind TEXT NOT NULL, text TEXT NOT NULL,
  former INTEGER NOT NULL DEFAULT 0, start INTEGER, "end" INTEGER);
CREATE TABLE IF NOT EXISTS quote (
  observation INTEGER NOT NULL REFERENCES observation, attribution TEXT NOT NULL, kind TEXT NOT NULL,
  text TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, confidence REAL);
CREATE TABLE IF NOT EXISTS pin (
  article TEXT NOT NULL, name TEXT NOT NULL, identity INTEGER NOT NULL, note TEXT NOT NULL DEFAULT '',
  UNIQUE (article, name));
CREATE TABLE IF NOT EXISTS apart (one INTEGER NOT NULL, two INTEGER NOT NULL, UNIQUE (one, two));
CREATE INDEX IF NOT EXISTS observation_identity ON observation (identity);
CREATE INDEX IF NOT EXISTS quote_observation ON quote (observation);
CREATE INDEX IF NOT EXISTS fact_observation ON fact (observation);
CREATE INDEX IF NOT EXISTS alias_observation ON alias (observation);
"""
_KINDS = {"person", "organization"}


class Registry:
    """A registry of speakers in one SQLite file. Use it in a ``with`` statement, or call :meth:`close`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.row_factory = sqlite3.Row
        self._db.executescript(_TABLES)

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Opens a registry file, or begins one.

        Raises:
            InputError: The file is no registry.
        """
        try:
            return cls(sqlite3.connect(path))
        except sqlite3.DatabaseError as error:
            raise InputError(f"{path} is no registry of speakers: {error}", "name another file") from error

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def build(self, articles: Iterable[AnnotatedArticle]) -> Iterator[tuple[str, int]]:
        """Takes in annotated articles; one that is there already and has not changed is passed over.

        Yields:
            The id of each article and the number of its speakers that were taken in (0 for one passed over).
        """
        for item in articles:
            with self._db:
                yield item.article.id, self._take(item)

    def _take(self, item: AnnotatedArticle) -> int:
        article = item.article
        digest = hashlib.sha256(
            item.model_copy(update={"provenance": type(item.provenance)()}).to_json().encode()
        ).hexdigest()
        known = self._db.execute("SELECT digest FROM article WHERE id = ?", (article.id,)).fetchone()
        if known and known["digest"] == digest:
            return 0
        self._forget(article.id)
        values = (
            article.id,
            digest,
            article.outlet,
            article.published,
            article.url,
            article.title,
            item.provenance.release,
        )
        self._db.execute("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        speaking = {name for one in item.attributions for name in (one.speaker, *one.other_speakers) if name}
        speakers = [one for one in item.speakers if one.id in speaking and one.name and one.kind in _KINDS]
        for speaker in speakers:
            self._observe(item, speaker)
        self._sweep()
        return len(speakers)

    def _forget(self, article: str) -> None:
        """Removes what an article said before; identities stay until nothing is left of them."""
        ids = [row["id"] for row in self._db.execute("SELECT id FROM observation WHERE article = ?", (article,))]
        for table in ("alias", "fact", "quote"):
            self._db.executemany(f"DELETE FROM {table} WHERE observation = ?", [(one,) for one in ids])
        self._db.execute("DELETE FROM observation WHERE article = ?", (article,))
        self._db.execute("DELETE FROM article WHERE id = ?", (article,))

    def _observe(self, item: AnnotatedArticle, speaker: Speaker) -> None:
        profile = profile_of(speaker)
        identity, reason = self._identify(item.article.id, profile, speaker.name or "")
        values = (item.article.id, speaker.id, speaker.name, speaker.kind, speaker.confidence, identity, reason)
        row = self._db.execute(
            "INSERT INTO observation (article, speaker, name, kind, confidence, identity, reason) VALUES (?, ?, ?, "
            "?, ?, ?, ?)",
            values,
        )
        number = row.lastrowid
        names = {speaker.name, *(span.text for span in speaker.mentions if span.text[:1].isupper())}
        self._db.executemany(
            "INSERT OR IGNORE INTO alias VALUES (?, ?, ?)",
            [(None, number, name) for name in sorted(filter(None, names))],
        )
        facts: list[tuple[Any, ...]] = [
            (None, number, "role", role.text, role.former, *_place(role.span))
            for role in filter(None, (speaker.role, *speaker.other_roles))
        ]
        facts += [
            (None, number, "affiliation", body.name, False, *_place(body.span))
            for body in filter(None, (speaker.affiliation, *speaker.other_affiliations))
        ]
        self._db.executemany("INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?)", facts)
        quotes = [
            (
                number,
                one.id,
                one.kind,
                " … ".join(span.text for span in one.content),
                one.content[0].start,
                one.content[-1].end,
                one.confidence,
            )
            for one in item.attributions
            if speaker.id in (one.speaker, *one.other_speakers)
        ]
        self._db.executemany("INSERT INTO quote VALUES (?, ?, ?, ?, ?, ?, ?)", quotes)
        self._rename(identity)

    def _identify(self, article: str, profile: Profile, name: str) -> tuple[int, str]:
        """The identity of a speaker and why: a pin, a known identity that fits, or a new one."""
        pin = self._db.execute(
            "SELECT identity FROM pin WHERE article = ? AND name = ?", (article, normalised(name))
        ).fetchone()
        if pin:
            return self._root(pin["identity"]), "pinned by hand"
        keys = name_keys(profile.kind, profile.names)
        verdicts = []
        for candidate in self._candidates(keys):
            verdict, reason = compare(profile, self.profile(candidate))
            verdicts.append((("same", "likely", "doubtful", "other").index(verdict), candidate, reason))
        verdicts.sort()
        same = [entry for entry in verdicts if entry[0] == 0]
        likely = [entry for entry in verdicts if entry[0] == 1]
        doubtful = [entry for entry in verdicts if entry[0] == 2]
        if same and not self._told_apart([entry[1] for entry in same]):
            return self._chosen(keys, same[0][1]), same[0][2]
        if len(likely) == 1 and not doubtful and not same:
            return self._chosen(keys, likely[0][1]), likely[0][2]
        reason = "the first of this name"
        near = [*same, *likely, *doubtful]
        if near:
            others = ", ".join(f"#{entry[1]}" for entry in near)
            reason = f"kept apart from {others}: {near[0][2]}"
        return self._new(profile, name, keys, reason if near else ""), reason

    def _told_apart(self, identities: list[int]) -> bool:
        """Whether somebody said that two of these are not one."""
        rows = self._db.execute("SELECT one, two FROM apart").fetchall()
        return any(row["one"] in identities and row["two"] in identities for row in rows)

    def _candidates(self, keys: set[str]) -> list[int]:
        marks = ",".join("?" * len(keys))
        rows = self._db.execute(
            f"SELECT DISTINCT identity FROM name_key WHERE key IN ({marks}) ORDER BY identity", sorted(keys)
        )
        return sorted({self._root(row["identity"]) for row in rows.fetchall()})

    def _chosen(self, keys: set[str], identity: int) -> int:
        self._db.executemany("INSERT OR IGNORE INTO name_key VALUES (?, ?)", [(key, identity) for key in sorted(keys)])
        return identity

    def _new(
        self,
        profile: Profile,
        name: str,
        keys: set[str],
        note: str,
        *,
        imported: bool = False,
        wikidata: str | None = None,
    ) -> int:
        row = self._db.execute(
            "INSERT INTO identity (name, kind, wikidata, imported, note) VALUES (?, ?, ?, ?, ?)",
            (name, profile.kind, wikidata, imported, note),
        )
        return self._chosen(keys, int(row.lastrowid or 0))

    def _root(self, identity: int) -> int:
        while row := self._db.execute(
            "SELECT merged_into FROM identity WHERE id = ? AND merged_into IS NOT NULL", (identity,)
        ).fetchone():
            identity = row["merged_into"]
        return identity

    def _rename(self, identity: int) -> None:
        """Names an identity by its fullest observed name, the most frequent of those, unless the name was imported."""
        row = self._db.execute(
            "SELECT name FROM observation WHERE identity = ? GROUP BY name ORDER BY length(name) - "
            "length(replace(name, ' ', '')) DESC, count(*) DESC, name LIMIT 1",
            (identity,),
        ).fetchone()
        if row:
            self._db.execute("UPDATE identity SET name = ? WHERE id = ? AND imported = 0", (row["name"], identity))

    def _sweep(self) -> None:
        """Removes identities that nothing refers to any more; imported ones and those that people decided on stay."""
        unused = (
            "SELECT id FROM identity WHERE imported = 0 AND merged_into IS NULL AND id NOT IN (SELECT identity FROM "
            "observation) "
            "AND id NOT IN (SELECT identity FROM pin) AND id NOT IN (SELECT merged_into FROM identity WHERE "
            "merged_into IS NOT NULL) "
            "AND id NOT IN (SELECT one FROM apart UNION SELECT two FROM apart)"
        )
        self._db.execute(f"DELETE FROM name_key WHERE identity IN ({unused})")
        self._db.execute(f"DELETE FROM identity WHERE id IN ({unused})")

    def profile(self, identity: int) -> Profile:
        """What is known of an identity, from all its observations and the imported list."""
        row = self._row(identity)
        mine = "(observation IN (SELECT id FROM observation WHERE identity = :id) OR identity = :id)"
        facts = self._db.execute(f"SELECT kind, text FROM fact WHERE {mine}", {"id": identity}).fetchall()
        names = {
            one["name"] for one in self._db.execute("SELECT name FROM observation WHERE identity = ?", (identity,))
        } | {row["name"]}
        names |= {one["text"] for one in self._db.execute("SELECT text FROM alias WHERE identity = ?", (identity,))}
        return Profile(
            row["kind"], frozenset(names),
            frozenset(one["text"] for one in facts if one["kind"] == "role"),
            frozenset(one["text"] for one in facts if one["kind"] == "affiliation"),
            bool(row["imported"]),
        )  # fmt: skip

    def merge(self, one: int, two: int, note: str = "") -> int:
        """Makes two identities one for good; the first keeps its number.

        Raises:
            InputError: One of them is not there, or both are the same already.
        """
        one, two = self._root(self._row(one)["id"]), self._root(self._row(two)["id"])
        if one == two:
            raise InputError(f"#{one} and #{two} are one already")
        with self._db:
            self._db.execute(
                "UPDATE identity SET merged_into = ?, note = ? WHERE id = ?", (one, note or "merged by hand", two)
            )
            self._db.execute(
                "UPDATE observation SET identity = ?, reason = 'merged by hand' WHERE identity = ?", (one, two)
            )
            for table in ("alias", "fact"):
                self._db.execute(f"UPDATE OR IGNORE {table} SET identity = ? WHERE identity = ?", (one, two))
            self._db.execute(
                "DELETE FROM apart WHERE (one = ? AND two = ?) OR (one = ? AND two = ?)", (one, two, two, one)
            )
            self._rename(one)
        return one

    def split(self, identity: int, observations: list[int], note: str = "") -> int:
        """Takes observations out of an identity into a new one, for good: they are pinned there.

        Returns:
            The number of the new identity.

        Raises:
            InputError: An observation is not one of this identity.
        """
        identity = self._root(self._row(identity)["id"])
        rows = [self._observation(number) for number in observations]
        wrong = [row["id"] for row in rows if row["identity"] != identity]
        if wrong or not rows:
            raise InputError(
                f"#{identity} has no observation {wrong or observations}", "show the identity to see its observations"
            )
        with self._db:
            names = frozenset(row["name"] for row in rows)
            profile = Profile(rows[0]["kind"], names)
            new = self._new(
                profile, max(names, key=len), name_keys(profile.kind, names), note or f"split from #{identity} by hand"
            )
            self._db.execute("INSERT OR IGNORE INTO apart VALUES (?, ?)", (identity, new))
            for row in rows:
                self._pin(row, new, note)
            self._rename(identity)
        return new

    def pin(self, observation: int, identity: int, note: str = "") -> None:
        """Ties one speaker of one article to an identity, for good.

        Raises:
            InputError: The observation or the identity is not there.
        """
        row, identity = self._observation(observation), self._root(self._row(identity)["id"])
        with self._db:
            self._pin(row, identity, note)
            self._rename(identity)
            self._sweep()

    def _pin(self, row: sqlite3.Row, identity: int, note: str) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO pin VALUES (?, ?, ?, ?)", (row["article"], normalised(row["name"]), identity, note)
        )
        self._db.execute(
            "UPDATE observation SET identity = ?, reason = 'pinned by hand' WHERE id = ?", (identity, row["id"])
        )
        self._chosen(name_keys(row["kind"], [row["name"]]), identity)

    def import_known(self, path: str | Path) -> int:
        """Takes in known speakers from a CSV file; one that was imported before is updated.

        Its columns are name, aliases (parted by ``|``), role, affiliation, wikidata and, if not a person, kind.

        Returns:
            How many were read.

        Raises:
            InputError: The file has no column ``name``.
        """
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if rows and "name" not in rows[0]:
            raise InputError(
                f"{path} has no column 'name'", "name the columns name, aliases, role, affiliation, wikidata"
            )
        with self._db:
            for row in rows:
                self._import({key: (value or "").strip() for key, value in row.items() if key})
        return len(rows)

    def _import(self, row: dict[str, str]) -> None:
        kind, name, wikidata = row.get("kind") or "person", row["name"], row.get("wikidata") or None
        aliases = [one.strip() for one in row.get("aliases", "").split("|") if one.strip()]
        profile = Profile(
            kind,
            frozenset([name, *aliases]),
            frozenset(filter(None, [row.get("role")])),
            frozenset(filter(None, [row.get("affiliation")])),
            True,
        )
        keys = name_keys(kind, profile.names)
        known = self._db.execute(
            "SELECT id FROM identity WHERE (wikidata IS NOT NULL AND wikidata = ?) OR (imported = 1 AND wikidata IS "
            "? AND name = ?)",
            (wikidata, wikidata, name),
        ).fetchone()
        fits = [
            one
            for one in self._candidates(keys)
            if compare(profile, self.profile(one))[0] == "same" and not self.profile(one).known
        ]
        if known:
            identity = self._chosen(keys, known["id"])
        elif len(fits) == 1:
            identity = self._chosen(keys, fits[0])
        else:
            identity = self._new(profile, name, keys, "from the imported list", imported=True, wikidata=wikidata)
        self._db.execute(
            "UPDATE identity SET name = ?, wikidata = ?, imported = 1 WHERE id = ?", (name, wikidata, identity)
        )
        self._db.execute("DELETE FROM alias WHERE identity = ?", (identity,))
        self._db.execute("DELETE FROM fact WHERE identity = ?", (identity,))
        self._db.executemany("INSERT INTO alias VALUES (?, NULL, ?)", [(identity, one) for one in aliases])
        facts = [
            (identity, None, what, row[what], False, None, None) for what in ("role", "affiliation") if row.get(what)
        ]
        self._db.executemany("INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?)", facts)

    def query(self, name: str | None = None, *, limit: int = 50) -> list[dict[str, Any]]:
        """Identities, those with the most quotes first.

        Args:
            name: Part of a name or an alias; every identity when ``None``.
            limit: How many at most.
        """
        wanted = f"%{name}%" if name else "%"
        rows = self._db.execute(
            """SELECT i.id, count(DISTINCT q.rowid) AS quotes
            FROM identity i LEFT JOIN observation o ON o.identity = i.id LEFT JOIN quote q ON q.observation = o.id
            WHERE i.merged_into IS NULL AND (
              i.name LIKE :name
              OR i.id IN (SELECT identity FROM alias WHERE text LIKE :name)
              OR i.id IN (
                SELECT o2.identity FROM observation o2 JOIN alias a ON a.observation = o2.id WHERE a.text LIKE :name))
            GROUP BY i.id ORDER BY quotes DESC, i.name, i.id LIMIT :limit""",
            {"name": wanted, "limit": limit},
        ).fetchall()
        return [self.show(row["id"]) for row in rows]

    def show(self, identity: int) -> dict[str, Any]:
        """Everything about one identity: names, dated roles and affiliations, outlets, quotes, each with its article.

        Raises:
            InputError: There is no such identity.
        """
        row = self._row(self._root(self._row(identity)["id"]))
        number = row["id"]
        joined = "FROM observation o JOIN article a ON a.id = o.article"
        observations = self._db.execute(
            f"SELECT o.id, o.article, o.name, o.confidence, o.reason, a.outlet, a.published, a.url {joined} "
            "WHERE o.identity = ? ORDER BY a.published, o.article, o.id",
            (number,),
        ).fetchall()
        facts = self._db.execute(
            """SELECT f.kind, f.text, f.former, min(a.published) AS first, max(a.published) AS last,
            count(DISTINCT a.id) AS articles, group_concat(DISTINCT a.id) AS sources,
            max(f.identity IS NOT NULL) AS imported
            FROM fact f LEFT JOIN observation o ON o.id = f.observation LEFT JOIN article a ON a.id = o.article
            WHERE o.identity = :id OR f.identity = :id
            GROUP BY f.kind, lower(f.text), f.former ORDER BY articles DESC, first, f.text""",
            {"id": number},
        ).fetchall()
        aliases = self._db.execute(
            "SELECT DISTINCT text FROM alias WHERE identity = :id OR observation IN (SELECT id FROM observation "
            "WHERE identity = :id) ORDER BY text",
            {"id": number},
        ).fetchall()
        quotes = self._db.execute(
            'SELECT q.attribution, q.kind, q.text, q.start, q."end", q.confidence, o.article, a.outlet, a.published '
            f"{joined} JOIN quote q ON q.observation = o.id WHERE o.identity = ? "
            "ORDER BY a.published, o.article, q.start",
            (number,),
        ).fetchall()
        return {
            "id": number, "name": row["name"], "kind": row["kind"], "wikidata": row["wikidata"],
            "imported": bool(row["imported"]), "note": row["note"],
            "aliases": [one["text"] for one in aliases if one["text"] != row["name"]],
            "roles": [_dated(one) for one in facts if one["kind"] == "role"],
            "affiliations": [_dated(one) for one in facts if one["kind"] == "affiliation"],
            "outlets": sorted({one["outlet"] for one in observations if one["outlet"]}),
            "observations": [dict(one) for one in observations],
            "quotes": [dict(one) for one in quotes],
        }  # fmt: skip

    def _row(self, identity: int) -> sqlite3.Row:
        row: sqlite3.Row | None = self._db.execute("SELECT * FROM identity WHERE id = ?", (identity,)).fetchone()
        if row is None:
            raise InputError(
                f"there is no speaker #{identity} in the registry", "query the registry by name to see the numbers"
            )
        return row

    def _observation(self, number: int) -> sqlite3.Row:
        row: sqlite3.Row | None = self._db.execute("SELECT * FROM observation WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise InputError(
                f"there is no observation {number} in the registry", "show the speaker to see its observations"
            )
        return row


def profile_of(speaker: Speaker) -> Profile:
    """What one article says of a speaker."""
    roles = frozenset(role.text for role in filter(None, (speaker.role, *speaker.other_roles)))
    bodies = frozenset(body.name for body in filter(None, (speaker.affiliation, *speaker.other_affiliations)))
    return Profile(speaker.kind, frozenset([speaker.name or ""]), roles, bodies)


def _place(span: Any) -> tuple[int | None, int | None]:
    return (span.start, span.end) if span else (None, None)


def _dated(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "text": row["text"], "former": bool(row["former"]), "first": row["first"], "last": row["last"],
        "articles": row["sources"].split(",") if row["sources"] else [], "imported": bool(row["imported"]),
    }  # fmt: skip
