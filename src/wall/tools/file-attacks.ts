// Attempts to leave a directory, as data. Each runs in the world of `attackWorld`: the guest was
// given `jail` and knows what lies beside it.
//
//   secret            a file that the guest must not reach
//   other/secret      another
//   jail/             given to the guest
//     f  d/e/g        files
//     up abs loop1 loop2 far dots self deep   links

/** Steps: each an operation from `jail`; the last one is the attack. */
export interface Attack {
  readonly why: string
  readonly steps: readonly (readonly [operation: string, ...paths: (string | Uint8Array)[]])[]
  /** The answers that contain the last step. */
  readonly answer: string
}

const out = (why: string, answer: string, ...steps: Attack['steps']): Attack => ({
  why,
  answer,
  steps,
})

/** Paths that lead out in every call that takes one. */
const outside: readonly (readonly [path: string | Uint8Array, answer: string])[] = [
  ['..', 'notcapable'],
  ['../', 'notcapable'],
  ['../secret', 'notcapable'],
  ['./../secret', 'notcapable'],
  ['.//..//secret', 'notcapable'],
  ['d/../../secret', 'notcapable'],
  ['d/e/../../../secret', 'notcapable'],
  ['d/./e/.././../.././secret', 'notcapable'],
  ['../jail/f', 'notcapable'],
  ['../jail/../secret', 'notcapable'],
  ['../../../../../../../../etc/passwd', 'notcapable'],
  ['/', 'notcapable'],
  ['//', 'notcapable'],
  ['/secret', 'notcapable'],
  ['//secret', 'notcapable'],
  ['/jail/f', 'notcapable'],
  ['/./f', 'notcapable'],
  ['/../secret', 'notcapable'],
  ['up/secret', 'notcapable'],
  ['up/../secret', 'notcapable'],
  ['up/jail/f', 'notcapable'],
  ['abs/x', 'notcapable'],
  ['far/secret', 'notcapable'],
  ['dots/x', 'notcapable'],
  ['d/out/secret', 'notcapable'],
  ['d/e/out/secret', 'notcapable'],
  ['deep/../../../secret', 'notcapable'],
  ['self/self/self/../secret', 'notcapable'],
  ['self/self/up/secret', 'notcapable'],
  ['loop1/x', 'loop'],
  ['loop2/x', 'loop'],
  ['me/x', 'loop'],
  ['f/..', 'notdir'],
  ['f/../../secret', 'notdir'],
  ['f/.', 'notdir'],
  ['nothing/../../secret', 'noent'],
  ['', 'noent'],
  ['f\0', 'inval'],
  ['f\0/../../secret', 'inval'],
  ['\0', 'inval'],
  ['../secret\0', 'inval'],
  [`${'a'.repeat(256)}/x`, 'nametoolong'],
  [`${'é'.repeat(128)}/x`, 'nametoolong'],
  [`${'./'.repeat(2048)}../secret`, 'nametoolong'],
  [`${'d/../'.repeat(800)}../secret`, 'notcapable'],
  ['\ud800/../secret', 'ilseq'],
  [Uint8Array.of(0x2e, 0x2e, 0xc0, 0xaf, 0x78), 'ilseq'],
  [Uint8Array.of(0xc0, 0xae, 0xc0, 0xae, 0x2f, 0x78), 'ilseq'],
  [Uint8Array.of(0xed, 0xa0, 0x80), 'ilseq'],
  [Uint8Array.of(0xff, 0xfe), 'ilseq'],
  [Uint8Array.of(0xe0, 0x80, 0xaf), 'ilseq'],
]

/** What looks like a way out and is a name like any other. */
const mereNames: readonly string[] = [
  '...',
  '....',
  '.. ',
  ' ..',
  '..\\secret',
  '..\\..\\secret',
  '\\secret',
  '\\\\server\\share',
  'C:',
  'C:\\secret',
  'c:secret',
  'secret:stream',
  '%2e%2e%2fsecret',
  '..%2fsecret',
  '..%00',
  '\uff0e\uff0e',
  '\u2024\u2024',
  '\u2025',
  '..\u2215secret',
  '..\uff0fsecret',
  '..\u200b',
  '\ufeff..',
  '..\u0301',
  '..\r',
  '..\n',
  '..\t',
  '~',
  '~root',
  '$HOME',
  '*',
  '?',
  'CON',
  'nul',
  'COM1.txt',
  'F',
  'D',
  'UP',
  '-rf',
  '|id',
  '`id`',
  'proc',
  'dev',
]

const operations = ['read', 'create', 'mkdir', 'unlink', 'rmdir', 'readlink', 'list'] as const

/** Attacks in more steps. */
const staged: readonly Attack[] = [
  out('a link made to the parent', 'notcapable', ['symlink', '..', 'l'], ['read', 'l/secret']),
  out('a link made absolute', 'notcapable', ['symlink', '/secret', 'l']),
  out('a link made to nothing', 'noent', ['symlink', '', 'l']),
  out('a link with NUL', 'inval', ['symlink', 'f\0', 'l']),
  out('a link too long', 'nametoolong', ['symlink', 'a/'.repeat(2049), 'l']),
  out('a final link', 'notcapable', ['symlink', '../secret', 'l'], ['read', 'l']),
  out('a final link, to create', 'notcapable', ['symlink', '../new', 'l'], ['create', 'l']),
  out('a final link with a slash', 'notcapable', ['symlink', '../other', 'l'], ['list', 'l/']),
  out(
    'a link of links',
    'notcapable',
    ['symlink', '..', 'a'],
    ['symlink', 'a/secret', 'b'],
    ['read', 'b'],
  ),
  out(
    'a link that climbs from below',
    'notcapable',
    ['symlink', '../../..', 'd/e/l'],
    ['read', 'd/e/l/secret'],
  ),
  out(
    'a link that was inside, moved up',
    'notcapable',
    ['symlink', '../..', 'd/e/l'],
    ['rename', 'd/e/l', 'l'],
    ['read', 'l/secret'],
  ),
  out(
    'a link that was inside, given a second name above',
    'notcapable',
    ['symlink', '../..', 'd/e/l'],
    ['link', 'd/e/l', 'l'],
    ['read', 'l/secret'],
  ),
  out(
    'a directory with a link, moved up',
    'notcapable',
    ['mkdir', 'd/e/h'],
    ['symlink', '../../..', 'd/e/h/l'],
    ['rename', 'd/e/h', 'h'],
    ['read', 'h/l/secret'],
  ),
  out('a hard link to the outside', 'notcapable', ['link', '../secret', 'l']),
  out('a hard link through a link', 'notcapable', ['linkTarget', 'up/secret', 'l']),
  out('a hard link put outside', 'notcapable', ['link', 'f', '../f']),
  out('a hard link put outside by a link', 'notcapable', ['link', 'f', 'up/f']),
  out('a hard link to a directory', 'perm', ['link', 'd', 'l']),
  out('a hard link to itself', 'exist', ['link', 'd', 'd']),
  out('a hard link to the directory itself', 'perm', ['link', '.', 'l']),
  out('a file moved out', 'notcapable', ['rename', 'f', '../f']),
  out('a file moved out by a link', 'notcapable', ['rename', 'f', 'up/f']),
  out('a file moved in', 'notcapable', ['rename', '../secret', 'l']),
  out('a file moved in by a link', 'notcapable', ['rename', 'up/secret', 'l']),
  out('the given directory moved', 'notcapable', ['rename', '../jail', 'l']),
  out('the given directory moved as itself', 'busy', ['rename', '.', 'l']),
  out('something put over itself', 'busy', ['rename', 'd', '.']),
  out('the parent moved', 'busy', ['rename', 'd/..', 'l']),
  out('a directory into itself', 'inval', ['rename', 'd', 'd/x']),
  out('a directory into itself, deeper', 'inval', ['rename', 'd', 'd/e/x']),
  out(
    'a directory into itself by a link',
    'inval',
    ['symlink', 'd/e', 'l'],
    ['rename', 'd', 'l/x'],
  ),
  out('a directory over its parent', 'notempty', ['rename', 'd/e', 'd']),
  out('the given directory removed', 'inval', ['rmdir', '.']),
  out('the given directory removed from below', 'notempty', ['rmdir', 'd/..']),
  out('a loop made', 'loop', ['symlink', 'y', 'x'], ['symlink', 'x', 'y'], ['read', 'x']),
  out('a link to itself below', 'loop', ['symlink', 'x/x', 'x'], ['read', 'x']),
  out('a target that ends above', 'notcapable', ['symlink', 'd/../..', 'l'], ['list', 'l']),
  out('a dangling link that climbs', 'noent', ['symlink', 'no/../../secret', 'l'], ['read', 'l']),
  out(
    'the missing part put in later',
    'notcapable',
    ['symlink', 'no/../../secret', 'l'],
    ['mkdir', 'no'],
    ['read', 'l'],
  ),
  out(
    'a directory changed for a link while it is walked',
    'notcapable',
    ['mkdir', 'r'],
    ['list', 'r'],
    ['rmdir', 'r'],
    ['symlink', '..', 'r'],
    ['create', 'r/new'],
  ),
  out(
    'a file changed for a link before it is written',
    'notcapable',
    ['create', 'w'],
    ['unlink', 'w'],
    ['symlink', '../secret', 'w'],
    ['create', 'w'],
  ),
  out('a link over which something is made', 'exist', ['symlink', '../x', 'l'], ['mkdir', 'l']),
  out('a link taken for a directory', 'notdir', ['symlink', '..', 'l'], ['rmdir', 'l']),
  out('a link taken for one with a slash', 'notdir', ['symlink', '..', 'l'], ['rmdir', 'l/']),
]

/** Every attack, once. */
export const attacks: readonly Attack[] = [
  ...outside.flatMap(([path, answer]) =>
    operations.map((operation) => ({
      why: `${operation} ${typeof path === 'string' ? path.slice(0, 40) : `bytes ${path}`}`,
      steps: [[operation, path] as const],
      answer,
    })),
  ),
  ...staged,
]

/** Names that are made, read and removed inside, and touch nothing else. */
export const harmless = mereNames
