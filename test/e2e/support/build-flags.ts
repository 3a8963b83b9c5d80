/** Of every `build`: PGIM_E2E_BUILD_FLAGS, or what reaches the package mirrors wherever this machine does. */
export function buildFlags(): readonly string[] {
  return (process.env['PGIM_E2E_BUILD_FLAGS'] ?? '--network=host').split(' ');
}
