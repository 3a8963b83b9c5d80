/** `registry/repository:tag` or `repository@sha256:…`: a tag or a digest tells it from the path of a folder. */
export function isImageReference(name: string): boolean {
  return (
    !/^[./]/.test(name) &&
    /^[^:@\s]+(?::\d+\/[^:@\s]+)?(?::[\w.-]+)?(?:@\w+:[0-9a-f]+)?$/.test(name) &&
    /[:@]/.test(name)
  );
}

/** What comes last in the path of its repository: `pgvector`. */
export function repositoryName(reference: string): string {
  const withoutDigest = reference.split('@')[0] ?? reference;
  const last = withoutDigest.slice(withoutDigest.lastIndexOf('/') + 1);
  return last.split(':')[0] ?? last;
}
