import { type Rectangle, type Side, tooltipGap } from './place-tooltip.ts';

/** What is to be shown, and beside which control. */
export interface ShownTooltip {
  readonly trigger: HTMLElement;
  readonly text: string;
  /** A key combination as the registry writes it; null when there is none. */
  readonly keys: string | null;
  readonly side: Side;
}

const delayMs = 500;
/** So soon after a tooltip the next one comes at once: the person is reading them. */
const readingMs = 200;

/**
 * Watches the whole page for controls that carry a tooltip: one listener for all of them, so that a list of hundreds
 * of buttons costs nothing. The pointer must rest on a control; the keyboard's focus shows it at once. A key, a
 * press, leaving, and whatever hides, moves or removes the control take it away; the tooltip itself may be pointed at.
 */
export class TooltipWatch {
  readonly #onChange: (shown: ShownTooltip | null) => void;
  readonly #tooltip: () => Element | null;
  readonly #abort = new AbortController();
  readonly #changes: MutationObserver;
  /** The control under the pointer. */
  #pointed: HTMLElement | null = null;
  #shown: ShownTooltip | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #hiddenAt = Number.NEGATIVE_INFINITY;
  /** Where the control was when its tooltip came. */
  #place: { readonly left: number; readonly top: number } | null = null;

  /** @param options.tooltip the tooltip's own element while one is shown */
  constructor(options: {
    readonly onChange: (shown: ShownTooltip | null) => void;
    readonly tooltip: () => Element | null;
  }) {
    this.#onChange = options.onChange;
    this.#tooltip = options.tooltip;
    this.#changes = new MutationObserver(() => this.#followTrigger());
    const { signal } = this.#abort;
    const listening = { signal, capture: true, passive: true };
    document.addEventListener('pointerover', (event) => this.#over(event), listening);
    document.addEventListener('pointermove', (event) => this.#move(event), listening);
    window.addEventListener('blur', () => this.#hide(), { signal });
    document.documentElement.addEventListener('pointerleave', () => this.#leave(), { signal });
    document.addEventListener('focusin', (event) => this.#focus(event), listening);
    document.addEventListener('focusout', () => this.#hide(), listening);
    document.addEventListener('scroll', () => this.#hide(), listening);
    for (const kind of ['pointerdown', 'click'] as const)
      document.addEventListener(kind, () => this.#press(), listening);
    document.addEventListener(
      'keydown',
      (event) => {
        // A key may be the action itself, or open what covers the control.
        if (!modifierKeys.includes(event.key)) this.#press();
      },
      listening,
    );
  }

  dispose(): void {
    this.#abort.abort();
    this.#hide();
  }

  #over(event: PointerEvent): void {
    if (event.pointerType === 'touch' || this.#isOnTooltip(event)) return;
    const trigger = triggerOf(event.target);
    if (trigger === this.#pointed) return;
    this.#pointed = trigger;
    this.#stopWaiting();
    if (trigger === null || trigger === this.#shown?.trigger) return;
    const isReading = this.#shown !== null || performance.now() - this.#hiddenAt < readingMs;
    if (isReading) this.#show(trigger);
    else this.#timer = setTimeout(() => this.#show(trigger), delayMs);
  }

  #move(event: PointerEvent): void {
    if (this.#shown === null || this.#isOnTooltip(event)) return;
    const isFocused = this.#shown.trigger === document.activeElement;
    if (this.#pointed !== this.#shown.trigger && !isFocused) this.#hide();
  }

  #leave(): void {
    this.#pointed = null;
    this.#hide();
  }

  #focus(event: FocusEvent): void {
    const trigger = triggerOf(event.target);
    if (trigger !== null && trigger === event.target && trigger.matches(':focus-visible'))
      this.#show(trigger);
  }

  /** The control did what it is for; its tooltip comes again only after the pointer was elsewhere. */
  #press(): void {
    this.#hide();
    this.#hiddenAt = Number.NEGATIVE_INFINITY;
  }

  #isOnTooltip({ clientX, clientY }: PointerEvent): boolean {
    if (this.#shown === null) return false;
    const tooltip = this.#tooltip()?.getBoundingClientRect();
    // The way from the control to the tooltip belongs to it.
    return tooltip !== undefined && holds(tooltip, { x: clientX, y: clientY }, tooltipGap - 1);
  }

  #show(trigger: HTMLElement): void {
    this.#stopWaiting();
    if (!canBeSeen(trigger)) return;
    this.#changes.disconnect();
    // What lies around a control decides whether it is there: a panel that folds, a dialog that covers everything.
    this.#changes.observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: [...Object.values(attributes), ...hidingAttributes],
    });
    this.#place = trigger.getBoundingClientRect();
    this.#tell(shownOn(trigger));
  }

  #hide(): void {
    this.#stopWaiting();
    if (this.#shown === null) return;
    this.#changes.disconnect();
    this.#hiddenAt = performance.now();
    this.#tell(null);
  }

  /** A control may go away, or say something else, while its tooltip is shown. */
  #followTrigger(): void {
    if (this.#shown === null) return;
    const next = shownOn(this.#shown.trigger);
    if (next === null || !canBeSeen(next.trigger) || this.#hasMoved(next.trigger)) this.#hide();
    else if (next.text !== this.#shown.text || next.keys !== this.#shown.keys) this.#tell(next);
  }

  /** Another control may stand where this one was. */
  #hasMoved(trigger: HTMLElement): boolean {
    const { left, top } = trigger.getBoundingClientRect();
    const before = this.#place;
    return before !== null && (Math.abs(left - before.left) > 1 || Math.abs(top - before.top) > 1);
  }

  #tell(shown: ShownTooltip | null): void {
    this.#shown = shown;
    this.#onChange(shown);
  }

  #stopWaiting(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

const modifierKeys = ['Shift', 'Control', 'Alt', 'Meta', 'AltGraph'];
/** Attributes that may hide a control or what it lies in. */
const hidingAttributes = ['class', 'style', 'hidden', 'inert', 'aria-hidden', 'disabled', 'data-state'];

/** A control that is gone, folded away or beneath a dialog explains nothing. */
function canBeSeen(trigger: HTMLElement): boolean {
  return (
    trigger.isConnected &&
    trigger.checkVisibility() &&
    trigger.closest('[inert], [aria-hidden="true"]') === null
  );
}

/** How a control carries its tooltip. */
export const attributes = {
  text: 'data-tooltip',
  keys: 'data-tooltip-keys',
  side: 'data-tooltip-side',
} as const;

function shownOn(trigger: HTMLElement): ShownTooltip | null {
  const text = trigger.getAttribute(attributes.text);
  if (text === null) return null;
  const side = trigger.getAttribute(attributes.side);
  return {
    trigger,
    text,
    keys: trigger.getAttribute(attributes.keys),
    side: side === 'top' || side === 'right' || side === 'left' ? side : 'bottom',
  };
}

function triggerOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(`[${attributes.text}]`) : null;
}

function holds(
  { left, top, width, height }: Rectangle,
  point: { readonly x: number; readonly y: number },
  margin: number,
): boolean {
  return (
    point.x >= left - margin &&
    point.y >= top - margin &&
    point.x < left + width + margin &&
    point.y < top + height + margin
  );
}
