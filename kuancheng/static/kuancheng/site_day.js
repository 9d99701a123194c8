// “今天” beside a date input, and the month at which its calendar opens, are the site's: its day may
// be pinned, and the computer's clock may be wrong.
"use strict";
{
    const [year, month, day] = document.currentScript.dataset.today.split("-").map(Number);

    const mark = function(shownMonth, shownYear, id) {
        for (const cell of document.querySelectorAll(`#${id} td:not(.nonday)`)) {
            const isToday = shownYear === year && shownMonth === month && Number(cell.textContent) === day;
            cell.classList.toggle("today", isToday);
        }
    };

    if (window.DateTimeShortcuts && window.CalendarNamespace) {
        window.DateTimeShortcuts.now = function() {
            const now = new Date();
            return new Date(year, month - 1, day, now.getHours(), now.getMinutes(), now.getSeconds());
        };

        const draw = window.CalendarNamespace.draw;
        window.CalendarNamespace.draw = function(shownMonth, shownYear, id, ...rest) {
            draw(shownMonth, shownYear, id, ...rest);
            mark(Number(shownMonth), Number(shownYear), id);
        };

        const Calendar = window.Calendar;
        window.Calendar = function(...given) {
            const made = new Calendar(...given);
            [made.currentYear, made.currentMonth] = [year, month];
            return made;
        };
    }
}
