"""The line icons of the design system, SVG paths on a 24-unit grid; no markup of pages."""

ICONS = {
    "search": '<circle cx="11" cy="11" r="7"/><path d="m20 20-4-4"/>',
    "locate": '<circle cx="12" cy="12" r="6"/><circle cx="12" cy="12" r="1.5"/>'
    '<path d="M12 2v4M12 18v4M2 12h4M18 12h4"/>',
    "map": '<path d="m3 6 6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14"/>',
    "area": '<path d="M4 8 11 3l9 4-2 12-11 2z"/>'
    '<path d="m11 3 1 9 6 7M12 12l-8-4" opacity=".55"/>',
    "street": '<path d="M8 3 4 21M16 3l4 18M12 4v3M12 10.5v3M12 17v3"/>',
    "home": '<path d="m3 11 9-8 9 8M6 9v11h12V9M10 20v-6h4v6"/>',
    "pin": '<path d="M12 21c5-5.5 7-8.5 7-11.5a7 7 0 1 0-14 0C5 12.5 7 15.5 12 21z"/>'
    '<circle cx="12" cy="9.5" r="2.5"/>',
    "globe": '<circle cx="12" cy="12" r="9"/>'
    '<path d="M3 12h18M12 3c5 5 5 13 0 18-5-5-5-13 0-18z"/>',
    "contrast": '<circle cx="12" cy="12" r="9"/><path d="M12 3v18a9 9 0 0 0 0-18z" '
    'fill="currentColor"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "minus": '<path d="M5 12h14"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "share": '<circle cx="6" cy="12" r="2.5"/><circle cx="17" cy="6" r="2.5"/>'
    '<circle cx="17" cy="18" r="2.5"/><path d="m8.3 10.8 6.4-3.5M8.3 13.2l6.4 3.5"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7.5v.1"/>',
    "warn": '<path d="M12 4 2.5 20h19zM12 10v5M12 17.5v.1"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "next": '<path d="m9 5 7 7-7 7"/>',
    "previous": '<path d="m15 5-7 7 7 7"/>',
    "layers": '<path d="m12 3 9 5-9 5-9-5zM4 12.5l8 4.5 8-4.5M4 16.5 12 21l8-4.5"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>',
    "download": '<path d="M12 4v11M7 11l5 5 5-5M4 20h16"/>',
    "pencil": '<path d="m4 20 1-5L16 4l4 4L9 19zM13.5 6.5l4 4"/>',
    "settings": '<path d="M4 7h10M18 7h2M4 17h2M10 17h10"/><circle cx="16" cy="7" r="2"/>'
    '<circle cx="8" cy="17" r="2"/>',
    "list": '<path d="M9 6h12M9 12h12M9 18h12M4 6h.1M4 12h.1M4 18h.1"/>',
    "print": '<path d="M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z"/>',
    "scan": '<path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16"/>',
    "camera": '<path d="M4 8h4l2-3h4l2 3h4v11H4z"/><circle cx="12" cy="13" r="3.5"/>',
    "star": '<path d="m12 3.5 2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z"/>',
    "chat": '<path d="M4 5h16v11h-9l-5 4v-4H4z"/><path d="M8 9h8M8 12h5"/>',
    # Groups of reports.
    "road": '<path d="M7 3 3 21M17 3l4 18M12 4v4M12 11v3M12 17v4"/>',
    "lamp": '<path d="M7 21V5a3 3 0 0 1 6 0v1M10 6h6l2 5H8zM5 21h4M13 14v3M17 13l1 3M9 13l-1 3"/>',
    "bin": '<path d="M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6"/>',
    "drop": '<path d="M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z"/>',
    "tree": '<path d="M12 21v-7M12 3a5 5 0 0 1 5 6 4 4 0 0 1-2 5H9a4 4 0 0 1-2-5 5 5 0 0 1 5-6z"/>',
    "paw": '<path d="M8 17c0-3 2-5 4-5s4 2 4 5c0 4-8 4-8 0z"/><circle cx="5.5" cy="11" r="1.5"/>'
    '<circle cx="9.5" cy="6.5" r="1.5"/><circle cx="14.5" cy="6.5" r="1.5"/>'
    '<circle cx="18.5" cy="11" r="1.5"/>',
    "car": '<path d="M3 16v-4l2-1 2-5h10l2 5 2 1v4zM5 11h14"/><circle cx="7.5" cy="16" r="2"/>'
    '<circle cx="16.5" cy="16" r="2"/>',
    "swing": '<path d="M3 21 7 4h10l4 17M10 4v11M14 4v11M8.5 15h7"/>',
    "bolt": '<path d="M13 2 5 14h6l-1 8 9-13h-6z"/>',
    "place": '<circle cx="12" cy="12" r="4"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3"/>',
}
