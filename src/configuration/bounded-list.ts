import * as z from 'zod/mini';

/** As many mistakes of a file are told. Nobody reads more than the first few, and each of them is logged. */
export const maxProblems = 500;

/**
 * A list of which no more items are looked at after more mistakes than that. The library's own list hands all of them on as the
 * arguments of one call, and a hundred thousand are more than fit on the stack.
 */
export function boundedList<Item extends z.ZodMiniType>(
  item: Item,
): z.ZodMiniPipe<z.ZodMiniArray<z.ZodMiniUnknown>, z.ZodMiniTransform<z.output<Item>[], unknown[]>> {
  return z.pipe(
    z.array(z.unknown()),
    z.transform((items: unknown[], context) => {
      const values: z.output<Item>[] = [];
      for (const [index, value] of items.entries()) {
        const result = item.safeParse(value);
        if (result.success) values.push(result.data);
        else for (const issue of result.error.issues) context.issues.push(within(index, issue));
        if (context.issues.length > maxProblems) break;
      }
      return values;
    }),
  );
}

function within(index: number, issue: z.core.$ZodIssue): z.core.$ZodRawIssue {
  return { ...issue, path: [index, ...issue.path], input: undefined };
}
