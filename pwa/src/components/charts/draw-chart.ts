import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export type ChartSeries = { name: string; values: readonly (number | null)[]; kind: 'bar' | 'line' };
export type ChartData = {
  labels: readonly string[];
  series: readonly ChartSeries[];
  /** Bars lie, with room for long names. */
  isLying: boolean;
  text(value: number): string;
};
export type DrawnChart = { show(data: ChartData): void; resize(): void; close(): void };

/** Okabe and Ito's blue and orange: told apart by whoever sees few colours, on light and on dark. */
const palette = { light: ['#0072b2', '#d55e00', '#009e73'], dark: ['#56b4e9', '#e69f00', '#3fc79a'] };

/** Draws on a canvas. What is told over it is drawn too: nothing of it is markup. */
export function drawChart(element: HTMLElement, onpick: (at: number) => void): DrawnChart {
  const chart = init(element, null, { renderer: 'canvas' });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let shown: ChartData | null = null;
  const show = (data: ChartData) => {
    shown = data;
    chart.setOption(optionOf(data, element), { notMerge: true });
  };
  const again = () => shown && show(shown);
  dark.addEventListener('change', again);
  const themed = new MutationObserver(again);
  themed.observe(document.documentElement, { attributeFilter: ['data-theme', 'lang'] });
  chart.on('click', ({ dataIndex }) => onpick(dataIndex));
  return {
    show,
    resize: () => chart.resize(),
    close: () => {
      dark.removeEventListener('change', again);
      themed.disconnect();
      chart.dispose();
    },
  };
}

function optionOf({ labels, series, isLying, text }: ChartData, element: HTMLElement) {
  const style = getComputedStyle(element);
  const [ink, line, surface] = [style.color, style.borderColor, style.backgroundColor];
  // A colour of ours is dark or light by its sum.
  const isDark = (surface.match(/[\d.]+/g) ?? []).slice(0, 3).reduce((all, part) => all + Number(part), 0) < 384;
  const names = {
    type: 'category' as const,
    data: [...labels],
    inverse: isLying,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: line } },
    axisLabel: { color: ink, width: isLying ? 150 : 90, overflow: 'truncate' as const },
  };
  const values = {
    type: 'value' as const,
    axisLabel: { color: ink, hideOverlap: true, formatter: text },
    splitLine: { lineStyle: { color: line } },
  };
  return {
    animation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    animationDuration: 250,
    color: palette[isDark ? 'dark' : 'light'],
    textStyle: { fontFamily: style.fontFamily, color: ink },
    grid: { left: 8, right: 16, top: series.length > 1 ? 36 : 12, bottom: 8, outerBoundsMode: 'same' as const },
    legend: series.length > 1 ? { top: 0, left: 0, textStyle: { color: ink } } : undefined,
    tooltip: {
      trigger: 'axis' as const,
      renderMode: 'richText' as const,
      backgroundColor: surface,
      borderColor: line,
      textStyle: { color: ink },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? text(value) : '–'),
    },
    xAxis: isLying ? values : names,
    yAxis: isLying ? names : values,
    series: series.map(({ name, values: data, kind }, at) => ({
      name,
      type: kind,
      data: [...data],
      barMaxWidth: 36,
      showSymbol: data.length <= 60,
      // Told apart without colour too.
      symbol: at === 0 ? 'circle' : 'emptyTriangle',
      symbolSize: 7,
      lineStyle: { width: 2, type: at === 0 ? ('solid' as const) : ('dashed' as const) },
      itemStyle: kind === 'bar' ? { borderRadius: isLying ? [0, 4, 4, 0] : [4, 4, 0, 0] } : {},
    })),
  };
}
