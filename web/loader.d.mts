// SPDX-License-Identifier: MIT
// Types of web/loader.mjs, which explains each of these.

export type Fibers = 'jspi' | 'asyncify';
export type Build = Fibers | 'plain';
export type Sockets = 'plain' | 'stream';
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface RunOptions {
  args?: readonly string[];
  base?: string | URL;
  fibers?: Build | 'auto';
  sockets?: Sockets;
  log?: (level: LogLevel, text: string) => void;
  print?: (text: string) => void;
  printErr?: (text: string) => void;
  debug?: boolean;
  signal?: AbortSignal;
}

export interface Program {
  readonly fibers: Build | null;
  readonly url: string;
  readonly exit: Promise<number>;
}

export function fibers(): Fibers;
export function run(name: string | URL, options?: RunOptions): Program;
