/** Must be raised when the schema or `cleanFilm` changes. A database of an older version is then rebuilt. */
export const SCHEMA_VERSION = 1

/**
 * `score` is the Bayesian mean of the old IMDb top 250. It moves a film with few votes towards the average of all
 * films (6.3), so that a few high votes do not put a film on the front page.
 */
export const SCHEMA = `
  PRAGMA journal_mode = WAL;

  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE directors (
    id   INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE
  );

  CREATE TABLE films (
    id              INTEGER PRIMARY KEY,
    slug            TEXT NOT NULL UNIQUE,
    title           TEXT NOT NULL CHECK (title <> ''),
    released        TEXT CHECK (released IS NULL OR released IS date(released)),
    year            INTEGER GENERATED ALWAYS AS (CAST(substr(released, 1, 4) AS INTEGER)) VIRTUAL,
    decade          INTEGER GENERATED ALWAYS AS (CAST(substr(released, 1, 3) AS INTEGER) * 10) VIRTUAL,
    genre           TEXT,
    director_id     INTEGER REFERENCES directors (id),
    mpaa            TEXT,
    running_time    INTEGER CHECK (running_time > 0),
    distributor     TEXT,
    source          TEXT,
    creative_type   TEXT,
    imdb_rating     REAL    CHECK (imdb_rating BETWEEN 0 AND 10),
    imdb_votes      INTEGER CHECK (imdb_votes >= 0),
    tomatoes        INTEGER CHECK (tomatoes BETWEEN 0 AND 100),
    budget          INTEGER CHECK (budget > 0),
    us_gross        INTEGER CHECK (us_gross > 0),
    worldwide_gross INTEGER CHECK (worldwide_gross > 0),
    score           REAL GENERATED ALWAYS AS
      ((imdb_rating * imdb_votes + 6.3 * 10000) / (imdb_votes + 10000)) VIRTUAL,
    revision        INTEGER NOT NULL DEFAULT 1,
    updated_at      TEXT NOT NULL
  );
  CREATE INDEX films_by_score         ON films (score DESC, id);
  CREATE INDEX films_by_genre_score   ON films (genre, score DESC, id);
  CREATE INDEX films_by_decade_score  ON films (decade, score DESC, id);
  CREATE INDEX films_by_director_year ON films (director_id, released);
  CREATE INDEX films_by_gross         ON films (worldwide_gross DESC, id);

  CREATE TABLE changes (
    id      INTEGER PRIMARY KEY,
    film_id INTEGER NOT NULL REFERENCES films (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL CHECK (kind IN ('published', 'edited')),
    summary TEXT NOT NULL,
    at      TEXT NOT NULL
  );
  CREATE INDEX changes_by_film ON changes (film_id, id);

  CREATE VIRTUAL TABLE film_search USING fts5 (
    title, director, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
  );
`
