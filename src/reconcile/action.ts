import type { RenderedSettings } from '../settings/render-settings.ts';

/** Everything the loop can do to the world. Each can be done twice. */
export type Action =
  /** Before anything of it is in force, so that nothing of it can be lost sight of. */
  | { readonly kind: 'remember-applied'; readonly text: string }
  /** Replaces the generated file, unless PostgreSQL would refuse the text. */
  | { readonly kind: 'install-settings'; readonly settings: RenderedSettings }
  | { readonly kind: 'start-postmaster' }
  /** Returns when a session sees the settings, or its time is up. */
  | { readonly kind: 'reload'; readonly sha256: string }
  /** Returns when the server accepts again, or its time is up. `key` says what it is for. */
  | { readonly kind: 'restart'; readonly key: string }
  /** For a manager that has to take PostgreSQL on while the configuration on disk is wrong. */
  | { readonly kind: 'remember-configuration'; readonly text: string };

export type ActionKind = Action['kind'];
export type ActionOf<K extends ActionKind> = Extract<Action, { kind: K }>;

/** Expected failure is a value. */
export type Outcome = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly reason: string };

/** One for each kind of action, or it does not compile. */
export type Executors = { readonly [K in ActionKind]: (action: ActionOf<K>) => Promise<Outcome> };

export function execute<K extends ActionKind>(executors: Executors, action: ActionOf<K>): Promise<Outcome> {
  const executor: (action: ActionOf<K>) => Promise<Outcome> = executors[action.kind as K];
  return executor(action);
}
