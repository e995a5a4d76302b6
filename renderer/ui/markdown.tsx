import type { ReactNode } from 'react';
import { assertNever } from '../../electron/common/errors.ts';
import { type Block, blocksOf, inlinesOf } from './markdown-blocks.ts';
import styles from './markdown.module.css';

/** A model card's text. Built from elements, never from HTML: the text comes from a model's folder. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <div className={styles['text']}>
      {blocksOf(text).map((block, index) => (
        // The text of a card does not change while it is shown.
        // oxlint-disable-next-line react/no-array-index-key
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { readonly block: Block }): ReactNode {
  switch (block.kind) {
    case 'heading':
      return <h4>{block.text}</h4>;
    case 'paragraph':
      return (
        <p>
          <Inlines text={block.text} />
        </p>
      );
    case 'code':
      return <pre>{block.text}</pre>;
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={item}>
              <Inlines text={item} />
            </li>
          ))}
        </ul>
      );
    case 'table':
      return <Table rows={block.rows} />;
    default:
      return assertNever(block);
  }
}

function Table({ rows: [head = [], ...rows] }: { readonly rows: readonly (readonly string[])[] }) {
  return (
    <table>
      <thead>
        <tr>
          {head.map((cell) => (
            <th key={cell}>
              <Inlines text={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells) => (
          <tr key={cells.join('|')}>
            {cells.map((cell, column) => (
              // Two cells of a row may say the same.
              // oxlint-disable-next-line react/no-array-index-key
              <td key={column}>
                <Inlines text={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** One line of text with its strong words and code. */
export function Inlines({ text }: { readonly text: string }) {
  return inlinesOf(text).map((inline, index) => {
    const key = `${index}`;
    if (inline.kind === 'strong') return <strong key={key}>{inline.text}</strong>;
    if (inline.kind === 'code') return <code key={key}>{inline.text}</code>;
    return inline.text;
  });
}
