/**
 * The library that has to be in shared_preload_libraries, by what it says itself; undefined: the message is about something
 * else. `pgaudit must be loaded via shared_preload_libraries`, `extension "timescaledb" must be preloaded` and their like.
 */
export function libraryToPreload(message: string, extension: string | undefined): string | undefined {
  // Of a library that defines a setting which only a start of the server can change.
  if (/cannot create PGC_POSTMASTER variables after startup/.test(message)) return extension;
  const says = /\b(must|can only|needs? to|has to|should) be (preloaded|(added|loaded) (via|through|by|in|to|with))\b/i;
  return says.test(message) && /preload/i.test(message) ? preloadName(message, extension) : undefined;
}

/** Some write the name of their product, `Citus can only be loaded via …`, and some none at all. */
function preloadName(text: string, extension: string | undefined): string {
  const name = text.match(/"?([\w-]+)"?(?: library| extension| module)? (?:must|can|needs?|has|should)\b/i)?.[1] ?? '';
  if (extension === undefined) return name;
  const isNone = /^(|this|it|library|extension|module)$/i.test(name);
  return isNone || name.toLowerCase() === extension.toLowerCase() ? extension : name;
}
