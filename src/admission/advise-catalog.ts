import { listOf, mapOf, textOf, valueAt } from '../documents/plain-value.ts';
import { findExtensions } from '../manifests/found-extensions.ts';
import { postgresMajor } from '../manifests/image-version.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { checkExtensionList } from './check-extensions.ts';
import { renderFieldError } from './field-error.ts';
import type { Advice } from './validation-message.ts';

/** What is wrong with a catalog: upstream holds it against its schema only, and the rest shows when a pod starts. */
export function adviseCatalog({ document }: Manifest): readonly Advice[] {
  return listOf(valueAt(document.value, ['spec', 'images'])).flatMap((entry, index): readonly Advice[] => {
    const path = ['spec', 'images', index];
    const { major, image, extensions } = mapOf(entry);
    const start = [...path, 'extensions'];
    const broken = checkExtensionList(extensions, start, false).map((error): Advice => {
      const { path: field, type } = error;
      const sentence = renderFieldError({ ...error, path: [] }).replace(/^: /, '');
      return {
        document,
        path: field,
        type,
        message: `the webhook refuses it in a Cluster, and does not see it here: ${sentence}`,
      };
    });
    const found = findExtensions(document, start, 'catalog');
    const bare = found
      .filter(({ fields }) => !fields.has('image.reference'))
      .map(
        ({ origin, name }): Advice => ({
          ...{ document, path: origin.path, type: 'Required' },
          message: `${textOf(name)} has no image.reference, so each Cluster that names it has to bring one`,
        }),
      );
    return [...broken, ...bare, ...adviseMajor(document, path, major, textOf(image), found.length)];
  });
}

function adviseMajor(
  document: Manifest['document'],
  path: Advice['path'],
  major: unknown,
  image: string,
  extensions: number,
): readonly Advice[] {
  const tagged = postgresMajor(image);
  const other =
    tagged !== undefined && typeof major === 'number' && tagged !== major
      ? [
          {
            document,
            path: [...path, 'image'],
            message: `the tag says PostgreSQL ${tagged}, the entry is for ${major}`,
          },
        ]
      : [];
  if (typeof major !== 'number' || major >= 18 || extensions === 0) return other;
  const message = `PostgreSQL ${major} does not start with extensions that are mounted, it takes 18 or newer`;
  return [...other, { document, path: [...path, 'extensions'], type: 'NotSupported', message }];
}
