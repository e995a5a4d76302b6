import { useState } from 'react';
import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { AnnotationId, CategoryId } from '../../../electron/common/document/records.ts';
import { useStudio } from '../../store/studio.ts';
import { Button } from '../../ui/button.tsx';
import { colourStyle } from '../../ui/colour-style.ts';
import { CategoryPicker } from './category-picker.tsx';
import styles from './category-picker.module.css';

/** Shows the category and opens the picker beside it. */
export function CategoryButton({
  annotationIds,
  categoryId,
}: {
  readonly annotationIds: readonly AnnotationId[];
  readonly categoryId: CategoryId | null;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const category = useStudio((state) =>
    categoryId === null ? undefined : state.document.categories.get(categoryId),
  );
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger asChild>
        <Button
          size="small"
          className={styles['button'] ?? ''}
          aria-label={`Category: ${category?.name ?? 'none'}`}
        >
          {category !== undefined && (
            <span className={styles['swatch']} style={colourStyle('--swatch', category.colour)} />
          )}
          <span className={styles['name']}>{category?.name ?? 'None'}</span>
          <ChevronDown size={13} aria-hidden />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className={styles['popover']}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Choose a category"
        >
          <CategoryPicker annotationIds={annotationIds} onDone={() => setIsOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
