// Asks the desk's own doors. The header is one that no page of another origin can send.

const HEADERS = { "Content-Type": "application/json", "X-Linli-Desk": "1" };

export async function get(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** Post; returns what was answered, or null where it was refused or did not arrive. */
export async function post(path, body = {}, { keepalive = false } = {}) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: HEADERS,
      body: JSON.stringify(body),
      keepalive,
    });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
