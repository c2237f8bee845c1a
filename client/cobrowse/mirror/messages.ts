import type { CobrowseCapability, CobrowseCommand, CobrowseMark } from '#protocol/cobrowse.ts';

/** A viewer says so to whoever framed it, and is answered with the port over which everything else goes. */
export const HELLO = 'coview-mirror';

/** What the agent’s pointer and keys do. */
export type MirrorMode = 'view' | 'laser' | 'pen' | 'highlight' | 'control';

export type Modifier = 'alt' | 'ctrl' | 'meta' | 'shift';

/** CSS pixels. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What the agent does over the mirror. Points in CSS pixels of the mirrored window. */
export type MirrorInput =
  | { act: 'move' | 'leave'; x: number; y: number }
  | { act: 'down' | 'up'; x: number; y: number; button: number; modifiers: Modifier[] }
  | { act: 'wheel'; x: number; y: number; dx: number; dy: number }
  | { act: 'text'; text: string }
  | { act: 'key'; key: string; code: string; modifiers: Modifier[] }
  | { act: 'choose'; node: number; options: number[] }
  | { act: 'fill'; node: number; value: string };

export interface MirrorOption {
  label: string;
  selected: boolean;
  disabled: boolean;
}

/** A select’s list while it is open, at the visitor or for the agent to choose from. */
export interface MirrorList {
  node: number;
  /** The select itself, in the mirrored window. */
  at: Box;
  multiple: boolean;
  /** A piece of a very long list, from this position on. */
  options: MirrorOption[];
  from: number;
  /** How many there are. */
  count: number;
}

/** A field whose value is chosen as a whole, for the agent to do so. */
export interface MirrorField {
  node: number;
  /** In the mirrored window. */
  at: Box;
  kind: string;
  value: string;
  min: string;
  max: string;
  step: string;
}

/** Page → viewer, and viewer → viewer of a nested document. */
export type ToViewer =
  /** A whole binary message with its header. */
  | { type: 'frame'; bytes: ArrayBuffer }
  /** Null: it cannot be had. */
  | { type: 'asset'; hash: string; mime: string; bytes: ArrayBuffer | Blob | null }
  | { type: 'mode'; mode: MirrorMode; capabilities: readonly CobrowseCapability[] }
  /** Somebody’s mark, whose node is to be found. */
  | { type: 'mark'; agent: string; mark: CobrowseMark }
  | { type: 'input'; input: MirrorInput }
  /** For a nested document alone: rrweb’s events that concern it. */
  | { type: 'events'; events: unknown[] }
  /** For a nested document alone: assets by number that were told before it was there. */
  | { type: 'known'; assets: [n: number, hash: string | null][] };

/** Viewer → page, and viewer of a nested document → viewer. */
export type FromViewer =
  | { type: 'ready' }
  /** The page is on screen. */
  | { type: 'shown' }
  /** Of the visitor’s window, CSS pixels. */
  | { type: 'size'; width: number; height: number }
  /** What of it is seen, by fingers that spread: magnified so many times, from there on. */
  | { type: 'visible'; scale: number; x: number; y: number }
  | { type: 'page'; url: string; title?: string }
  /** Something is missing or cannot be applied: only the whole page anew helps. */
  | { type: 'gap' }
  | { type: 'paused'; paused: boolean }
  | { type: 'progress'; done: number; total: number }
  /** Assets, by hash, whose bytes are to be handed in. */
  | { type: 'wants'; hashes: string[] }
  | { type: 'mark'; mark: CobrowseMark }
  | { type: 'command'; command: CobrowseCommand }
  /** Whether the agent can act where the agent’s pointer is. */
  | { type: 'reach'; can: boolean }
  /** Where the visitor’s own pointer is. */
  | { type: 'pointer'; x: number; y: number; down: boolean; touch: boolean }
  /** How far the document is scrolled. */
  | { type: 'scrolled'; x: number; y: number }
  /**
   * Box, of the whole page as marks are, of the element that an agent highlights; absent if there is none. Without an
   * agent: of what this one points at.
   */
  | { type: 'outline'; agent?: string; box?: Box }
  /** The list that is open, absent once it is not; `own`: the agent opened it and may choose. */
  | { type: 'list'; list?: MirrorList; own: boolean }
  /** What the agent is to fill in, absent once it is not. */
  | { type: 'field'; field?: MirrorField };
