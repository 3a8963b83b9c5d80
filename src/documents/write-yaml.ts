import { Document, isScalar, visit } from 'yaml';

/** A value as a document of YAML; comments can be put to its nodes before it is written. */
export function yamlDocument(value: unknown): Document {
  const document = new Document(value, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && typeof node.value === 'string' && isMisread(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document;
}

/** The text of a document, which means the same to readers of YAML 1.1, as kubectl and Compose are, and to those of 1.2. */
export function writeYaml(document: Document): string {
  return document.toString({ lineWidth: 0 }).replace(controls, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

// Readers refuse these, or take them for the end of a line. Texts that have one are in double quotes.
const controls = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** What one reader or another takes for something else, beyond what the library puts in quotes for YAML 1.1. */
function isMisread(text: string): boolean {
  // Numbers of YAML 1.2 and of Go, and a text whose first line would be taken for indentation or whose ends of lines would change.
  return /^[-+]?0[oxb]/i.test(text) || /^\s*\t/.test(text) || text.includes('\r') || text.search(controls) >= 0;
}
