import { describe, expect, test } from 'vitest';
import { imageTag, postgresMajor, postgresVersion } from '../../../src/manifests/image-version.ts';

describe('the tag of an image', () => {
  test.each([
    ['postgres', 'latest'],
    ['postgres:18', '18'],
    ['ghcr.io/cloudnative-pg/postgresql', 'latest'],
    ['ghcr.io/cloudnative-pg/postgresql:18.6-minimal-trixie', '18.6-minimal-trixie'],
    ['localhost:5000/postgres', 'latest'],
    ['localhost:5000/postgres:17', '17'],
    ['registry/postgres@sha256:00ff', ''],
    ['registry/postgres:18.6@sha256:00ff', '18.6'],
  ])('of %s is "%s"', (reference, tag) => {
    expect(imageTag(reference)).toBe(tag);
  });
});

describe('the version in a tag', () => {
  test.each([
    ['a:11.2', 11],
    ['a:13.3.2.1-1', 13],
    ['a:14', 14],
    ['a:15.5-10', 15],
    ['a:17beta1', 17],
    ['a:17rc1', 17],
    ['a:18.6-202608170814-minimal-trixie@sha256:00', 18],
    ['a', undefined],
    ['a:latest', undefined],
    ['a:v18', undefined],
    ['a:18.', undefined],
    ['a:18..6', undefined],
    ['a@sha256:00', undefined],
  ])('of %s is %s', (reference, major) => {
    expect(postgresMajor(reference)).toBe(major);
  });

  test('is missed in the words of CloudNativePG', () => {
    expect(postgresVersion('a:latest')).toEqual({
      kind: 'unknown',
      reason: 'version not starting with a semantic version regex (^(\\d\\.?)+): latest',
    });
    expect(postgresVersion('a:18.-1')).toEqual({ kind: 'unknown', reason: 'wrong PostgreSQL minor in version 18.' });
  });
});
