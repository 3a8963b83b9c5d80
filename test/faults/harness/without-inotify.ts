/**
 * A wrapper under which nothing can watch a folder: in a user namespace in which all users are the same, and have no
 * inotify instances (user_namespaces(7)). The namespace is made by a process that is gone a moment later.
 */
export const withoutInotify = [
  'sh',
  '-c',
  `holder=$(unshare --user sleep 3 >/dev/null 2>&1 & echo $!)
until [ "$(readlink "/proc/$holder/ns/user")" != "$(readlink /proc/self/ns/user)" ]; do sleep 0.01; done
echo '0 0 65536' > "/proc/$holder/uid_map"
echo '0 0 65536' > "/proc/$holder/gid_map"
exec nsenter --user="/proc/$holder/ns/user" -S 0 -G 0 -- sh -c 'echo 0 > /proc/sys/user/max_inotify_instances; exec "$@"' sh "$@"`,
  'sh',
] as const;

/** It takes root to make a namespace with all users in it. */
export function lacksRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'it needs root';
}
