package draw

import "fmt"

// icons are drawn by lines on 16 by 16 pixels.
func icon(k kind) string {
	switch k {
	case source: // a branch
		return "M5 4.5a1.5 1.5 0 1 0-.01 0zM5 14.5a1.5 1.5 0 1 0-.01 0zM11.5 6.5a1.5 1.5 0 1 0-.01 0zM5 4.5v7M11.5 6.5c0 3-3 3-6.5 3.5"
	case build: // a box
		return "M8 1.5l5.5 3v7L8 14.5l-5.5-3v-7zM2.5 4.5L8 7.5l5.5-3M8 7.5v7"
	case approval: // a person
		return "M8 7.5a2.5 2.5 0 1 0-.01 0zM3.5 13.5c0-5 9-5 9 0"
	case hosts: // two servers
		return "M2.5 2.5h11v4.5h-11zM2.5 9h11v4.5h-11zM5 4.75h.01M5 11.25h.01"
	case function: // a lambda
		return "M4.5 2.5h2L12 13.5M8 6L4 13.5"
	case canary: // a pulse
		return "M1.5 8h3l2-5 3 10 2-5h3"
	case window: // a clock
		return "M8 14a6 6 0 1 0-.01 0zM8 4.5V8l2.5 1.5"
	case alarm: // a bell
		return "M3 11.5h10c-1.5-1-1.5-2-1.5-4.5 0-4.5-7-4.5-7 0 0 2.5 0 3.5-1.5 4.5zM6.5 13.5c.5 1 2.5 1 3 0"
	case rollback: // an arrow back
		return "M6 3L2.5 6.5 6 10M2.5 6.5H9c5.5 0 5.5 6.5 0 6.5H6"
	case retry: // an arrow round
		return "M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5"
	case route: // a globe
		return "M8 14a6 6 0 1 0-.01 0zM2 8h12M8 2c-3.5 4-3.5 8 0 12M8 2c3.5 4 3.5 8 0 12"
	case store: // a bucket
		return "M2 4c0-2 12-2 12 0s-12 2-12 0l1.5 9c1 1.5 8 1.5 9 0L14 4"
	case mail: // an envelope
		return "M2 3.5h12v9H2zM2 4l6 5 6-5"
	}
	return ""
}

// icon draws one with its middle at a point, so many pixels wide.
func (c *canvas) icon(k kind, x, y, size int, color string) {
	at := fmt.Sprintf(`stroke-linecap="round" stroke-linejoin="round" transform="translate(%d %d) scale(%s)"`, x-size/2, y-size/2, scale(size))
	c.path(icon(k), look{stroke: color, width: "1.5", more: at})
}

func scale(size int) string { return fmt.Sprintf("%d.%02d", size/16, size%16*100/16) }
