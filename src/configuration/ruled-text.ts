import * as z from 'zod/mini';
import type { Complaint, Refusal } from '../documents/complaint.ts';

export type Context = z.core.$RefinementCtx<unknown>;

/** A text that must obey a rule. */
export function ruledText(rule: (text: string) => Refusal | undefined): z.ZodMiniString {
  return z.string().check(z.superRefine((text, context) => refuse(context, rule(text), [], 'value')));
}

/** Hands a refusal on to explain-issue, which makes a complaint of it. */
export function refuse(context: Context, refusal: Refusal | undefined, path: string[], at: Complaint['at']): void {
  if (refusal !== undefined) context.addIssue({ code: 'custom', path, params: { refusal, at } });
}
