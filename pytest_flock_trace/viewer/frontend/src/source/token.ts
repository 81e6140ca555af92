/** The token of a served page: it arrives in the address once, and is kept out of it from then on. */

const KEPT = "flock-trace-token";

export function takeToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get("token");
  if (token === null) return sessionStorage.getItem(KEPT);
  sessionStorage.setItem(KEPT, token);
  given.delete("token");
  history.replaceState(null, "", `#${given.toString()}`);
  return token;
}
